"""Files people bring: uploaded, watched or named on the command line; rehearsed, run, undone."""
