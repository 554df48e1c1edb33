"""What every capability shares: workspaces, actors, activity, errors, jobs."""
