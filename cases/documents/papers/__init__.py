"""From tables to papers: what is printed for a row of the outbox, as contexts.

The facts come from ``cases.queries`` and the tables; the contexts belong to this floor, so they are
filled here and not in ``cases.queries``.
"""

from cases.documents.papers.orders import Order, orders_for

__all__ = ["Order", "orders_for"]
