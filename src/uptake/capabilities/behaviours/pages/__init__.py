"""Pages of behaviours."""
