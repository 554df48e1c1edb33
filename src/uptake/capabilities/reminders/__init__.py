"""Reminders: to the person whose deadline is near, seldom, and with their effect measured."""
