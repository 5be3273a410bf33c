"""The web application: a person's diary, a clinician's view, plans and reports. Thin: it reads, reviews, plans, shows.

No clinical number is computed here. Every route declares what it does (`visit.Allow`), and one function decides who may.
"""
