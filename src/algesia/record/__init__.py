"""The person's record: immutable types, validation, and the `algesia-record/1` JSON format."""
