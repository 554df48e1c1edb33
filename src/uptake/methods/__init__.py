"""Pure mathematics: no Django, SQL, files, clock or network."""
