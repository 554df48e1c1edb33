"""Pages about people, populations and accounts."""
