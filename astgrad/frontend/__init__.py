"""From a Python function to IR: abstract interpretation of its source."""
