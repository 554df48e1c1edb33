"""Intervals, shrinkage and survival curves that every other method leans on."""
