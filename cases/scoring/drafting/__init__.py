"""A scheme document as people work on it: its rows, their fields, what changed between two."""
