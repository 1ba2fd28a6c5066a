"""Questions about programs: facts, activity, liveness, aliases, demand."""
