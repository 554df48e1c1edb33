"""Counting what people were asked to do: per behaviour, person and period, from the lake."""
