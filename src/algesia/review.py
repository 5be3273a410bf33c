"""The one line that everything calls: a record and an edition of knowledge in, a review out."""
