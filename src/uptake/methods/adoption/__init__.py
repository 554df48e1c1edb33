"""Adoption: states, retention, ramp, licence use, rhythm."""
