"""Record quality: standards for data, and how far the records of a system keep to them."""
