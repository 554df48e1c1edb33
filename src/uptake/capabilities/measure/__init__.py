"""Adoption in four dimensions, five failure states, retention, ramp: the adoption picture."""
