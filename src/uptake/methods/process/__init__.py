"""How work runs, and how far it strays from the way it was meant to run."""
