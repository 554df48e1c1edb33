"""Template tags of behaviours."""
