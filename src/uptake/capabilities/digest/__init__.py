"""The weekly digest: what whoever leads people should know, once a week, in one mail."""
