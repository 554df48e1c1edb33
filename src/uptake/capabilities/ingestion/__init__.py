"""Events as they come in: sources and their keys, HTTP, the quarantine, and who is who."""
