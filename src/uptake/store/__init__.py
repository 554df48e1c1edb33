"""The event lake: inbox, loader, manifest, compaction, reader, erasure."""
