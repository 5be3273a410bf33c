"""What the record amounts to: interlocks first, then signs, dose response, trap, differential, what to ask."""
