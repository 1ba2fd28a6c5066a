"""From text to functions."""
