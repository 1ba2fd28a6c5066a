"""The intermediate representation: structured SSA over primitive operations."""
