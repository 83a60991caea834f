"""What the page of every state between two powers says: tables, passages and the words around its charts.

The notebook shows what a section gives, in order, as for the pair profile, whose pages and parts this builds on.
"""

from tightrope.balance.between import Balance, open_balance

__all__ = ["Balance", "open_balance"]
