"""A simulated vendor with known truth: demo data and test oracle."""
