"""Units and time: the only place where either is parsed or converted."""
