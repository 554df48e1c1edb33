"""Settings, urls and the service: plugs everything together, decides nothing."""
