"""Behaviours: who is asked to do what, how well, how often, by when, and whether it happens."""
