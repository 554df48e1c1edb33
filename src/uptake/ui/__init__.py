"""Charts, documents and components; nothing here decides anything."""
