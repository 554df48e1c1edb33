"""Imports' line in the rail stands with the other pages of data."""
