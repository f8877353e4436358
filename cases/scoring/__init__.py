"""Pure arithmetic of the assessment: schemes, scoresheets, ballots, grading rules.

Nothing here reads a clock, a table or a request; only ``rules`` opens the package's own data
files and only ``__main__`` opens files named on the command line. Numbers are exact fractions
inside and leave as ``Decimal`` with ``exact.PLACES`` places.
"""
