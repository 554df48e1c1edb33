"""Uptake measures how people take up software and shows whether it changed."""

__version__ = "0.1.0"
