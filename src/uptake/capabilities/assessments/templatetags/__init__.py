"""Words of templates about surveys."""
