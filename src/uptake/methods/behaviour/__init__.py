"""Behaviours: attainment, streaks, habit, whether something changed, gaming, reminders."""
