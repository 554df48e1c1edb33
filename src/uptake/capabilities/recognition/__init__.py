"""Recognition: anybody says who did something well, a manager confirms it, the person decides."""
