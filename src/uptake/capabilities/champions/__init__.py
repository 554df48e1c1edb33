"""Who carries a behaviour: the three jobs around it, and champions among the people themselves."""
