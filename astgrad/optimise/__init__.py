"""Passes `Function -> Function` that keep the meaning and improve the text."""
