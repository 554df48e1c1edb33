"""The pages of administration, one module for each subject."""
