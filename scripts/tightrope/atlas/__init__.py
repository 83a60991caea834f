"""The atlas of the evidence: what each table covers, lacks and contradicts, how old it is and who may pass it on."""

from tightrope.atlas.atlas import Atlas, open_atlas
from tightrope.atlas.parts import Drawing

__all__ = ["Atlas", "Drawing", "open_atlas"]
