"""Plugs everything together and decides nothing: Django's settings, addresses, WSGI."""
