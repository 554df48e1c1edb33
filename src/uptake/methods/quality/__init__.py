"""Record quality: filled in, valid, clear, on time, once only, useful to others."""
