"""Reading: every page, list, job and command asks here; nothing in this room writes."""
