"""Pages of surveys: of whoever leads adoption, and of whoever is asked."""
