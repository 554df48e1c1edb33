"""Pages about reminders."""
