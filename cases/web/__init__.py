"""The site: one view, one query or one command."""
