"""Pages of contests: what all see, what runs them, and what teams and people decide."""
