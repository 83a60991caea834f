"""What the page of one pair of states says: tables, passages and the words around its charts.

The notebook shows what a section gives, in order; a section that has nothing says in one line which kind of nothing.
"""

from tightrope.profile.pair import Profile, open_profile
from tightrope.profile.parts import Drawing

__all__ = ["Drawing", "Profile", "open_profile"]
