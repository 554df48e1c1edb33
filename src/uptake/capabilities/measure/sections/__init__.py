"""The sections of a report: each function turns part of a picture into blocks."""
