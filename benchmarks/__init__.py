"""Benchmarks: our figure, the limit measured in the same run, and the ratio of their medians.

Each module offers ``run(quick: bool) -> dict``. Rounds alternate between the two sides, so that a
slow minute of the machine hits both. Databases are on disk with durable settings.
"""
