"""The ingestion paths as a thin WSGI callable that stands in front of Django."""
