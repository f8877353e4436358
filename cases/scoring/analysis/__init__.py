"""What can be read out of a scoring run: weak spots, moves, paths, scenarios, recomputations."""
