"""The record that the format's own description shows, with every list filled."""

EXAMPLE = b"""{
  "format": "algesia-record/1",
  "epoch": "2024-01-01",
  "person": {"id": "a1", "birth_date": "1971-05-02", "age_years": 53, "sex": "female", "weight_kg": 70,
    "pregnant": false, "time_zone": "Europe/London"},
  "conditions": [{"kind": "chronic-pain", "text": "low back pain", "at": "2019-03-01",
    "code": {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M54.5"}}],
  "medications": [{"id": "m1", "drug": "oxycodone",
    "code": {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1049502"},
    "route": "oral", "form": "tablet", "release": "extended", "dose": {"value": 20, "unit": "mg"},
    "every_hours": 12, "times_per_day": null, "as_needed": false, "max_per_day": null,
    "start": "2024-01-10", "end": "2024-03-01", "basis": "prescribed"}],
  "doses": [{"at": "2024-02-02T08:10", "drug": "oxycodone", "route": "oral", "dose": {"value": 20, "unit": "mg"}}],
  "pain": [{"at": "2024-02-02", "score": 7, "scale": "nrs-0-10", "question": "average-24h",
    "sites": ["lower-back-left"], "with": "rest"}],
  "function": [{"at": "2024-02-02", "instrument": "peg", "score": 6.7}],
  "body_maps": [{"at": "2024-02-02", "areas": ["lower-back-left", "thigh-back-left"], "touch_pain": []}],
  "signs": [{"at": "2024-02-02", "sign": "allodynia", "present": true, "note": "clothes hurt"}],
  "tests": [{"at": "2024-02-02", "test": "cold-pressor-tolerance", "value": 18, "unit": "s", "site": "hand-left"}],
  "scales": [{"at": "2024-02-02", "instrument": "cows", "score": 4}],
  "labs": [{"at": "2024-02-01", "lab": "egfr", "value": 74, "unit": "mL/min/{1.73_m2}"}],
  "interventions": [{"at": "2024-02-20", "kind": "ketamine-infusion", "text": ""}]
}
"""
