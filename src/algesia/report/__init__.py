"""An assessment laid out for reading: text, JSON, HTML, PDF."""
