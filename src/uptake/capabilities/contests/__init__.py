"""Contests: teams that want to, for a while, in one behaviour; and what is left of it later."""
