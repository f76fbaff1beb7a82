"""Checking a text against the treaties: what it says that they say, and whether they do."""
