"""Grading rules over facts: bars, sanctions, participation, quotas, what results lead to."""
