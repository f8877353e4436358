"""The demonstration: a fictional city whose year is played through commands and jobs."""
