"""Template tags of record quality."""
