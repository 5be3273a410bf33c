"""Regimens and doses to exposure: step functions over days, in mg a day by drug and in MME a day by edition."""
