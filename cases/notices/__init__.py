"""Notices: their catalogue, their words, and how they reach people."""
