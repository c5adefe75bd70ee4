"""Dressing: what a reader gets to see, in the reader's own language."""
