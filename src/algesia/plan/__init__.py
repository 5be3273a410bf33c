"""Ways forward as dated, bounded plans: taper, rotation, adjuncts and alternatives. Pure, like the assessment."""
