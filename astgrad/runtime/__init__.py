"""Helpers that generated text may use; each small enough to be printed into it."""
