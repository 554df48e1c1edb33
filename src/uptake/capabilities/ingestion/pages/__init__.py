"""Pages of sources: what comes in, what was wrong, and how to send."""
