"""Every metric, once: an Ibis expression, its catalogue entry and how it becomes a number."""
