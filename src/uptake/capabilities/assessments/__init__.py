"""Assessments: what people say when they are asked again and again, and what was done meanwhile."""
