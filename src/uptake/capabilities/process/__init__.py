"""How work runs, how far it strays from the intended way, and whose hands it passes through."""
