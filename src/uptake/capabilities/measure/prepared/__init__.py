"""Computes figures for all accounts of a workspace at once, for pages to slice."""
