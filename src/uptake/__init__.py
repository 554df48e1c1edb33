"""Uptake measures how people take up software, finds what stops them, and shows whether it changed."""

__version__ = "0.1.0"
