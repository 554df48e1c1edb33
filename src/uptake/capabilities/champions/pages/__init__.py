"""Pages about who carries what is asked."""
