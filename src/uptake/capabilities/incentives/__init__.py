"""Incentives: what is rewarded today, for or against what people are asked to do."""
