"""What stands of an argument once its claims are judged: three values, carried along the argument map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tightrope.claims.records import ArticleFolder, ClaimKind, Relation
from tightrope.claims.verdict import Verdict, VerdictWord


class State(StrEnum):
    """The three values of a claim in an argument."""

    STANDS = "stands"
    FALLEN = "fallen"
    UNKNOWN = "unknown"


OWN: Mapping[VerdictWord, State] = {
    VerdictWord.SUPPORTED: State.STANDS,
    VerdictWord.FRAGILE: State.STANDS,
    VerdictWord.CONTESTED: State.FALLEN,
    VerdictWord.CONTRADICTED: State.FALLEN,
    VerdictWord.OUTDATED: State.FALLEN,
    VerdictWord.UNTESTED: State.UNKNOWN,
    VerdictWord.NOT_CHECKABLE: State.UNKNOWN,
}
# A claim of fact is settled by its own test where it has one; a judgement needs every part it is made of.
FACTS: frozenset[ClaimKind] = frozenset({"quantitative", "legal", "historical", "perception"})


@dataclass(frozen=True)
class Standing:
    """One claim's place in the argument.

    Attributes
    ----------
    own : State
        What its own verdict says: supported and fragile stand; contested, contradicted and outdated have fallen;
        untested and not checkable are unknown.
    parts : State or None
        What the claims that support it say together (all must stand); None where none is given.
    status : State
        The two together. A claim of fact that was tested stands or falls by its own test; every other claim falls
        with any part, and is unknown while any part is.
    pillars : dict of str to State
        The status of each claim that supports it directly.
    fallen_roots : tuple of str
        The claims whose own tests failed that bring this one down, itself included.
    unknown_roots : tuple of str
        The claims without a test of their own on which it waits.
    weakened_by : tuple of str
        Concessions that stand and that no standing claim answers or explains; they weaken and do not fell.
    answered : dict of str to tuple of str
        Concessions that stand, each with the standing claims that meet it.
    """

    claim: str
    own: State
    parts: State | None
    status: State
    pillars: dict[str, State]
    fallen_roots: tuple[str, ...]
    unknown_roots: tuple[str, ...]
    weakened_by: tuple[str, ...]
    answered: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Argument:
    """The whole argument as it stands.

    Attributes
    ----------
    thesis : str
        The claim all others carry.
    status : State
        Whether it stands.
    carrying, fallen, unknown : tuple of str
        The thesis's direct pillars by their status.
    claims : dict of str to Standing
        Every claim, in the order of the article.
    """

    thesis: str
    status: State
    carrying: tuple[str, ...]
    fallen: tuple[str, ...]
    unknown: tuple[str, ...]
    claims: dict[str, Standing]


def all_of(states: Sequence[State]) -> State:
    """Join states as 'and' does with three values: one fallen fells all, else one unknown makes all unknown."""
    if State.FALLEN in states:
        return State.FALLEN
    return State.UNKNOWN if State.UNKNOWN in states else State.STANDS


def standing(folder: ArticleFolder, verdicts: Sequence[Verdict]) -> Argument:
    """Carry the verdicts along the argument map.

    Parameters
    ----------
    folder : ArticleFolder
        The claims and the map (without a circle, as ``load_article`` makes sure).
    verdicts : sequence of Verdict
        The claims judged; a claim without a verdict is unknown.

    Returns
    -------
    Argument
        The thesis's status, its pillars and every claim's standing. The order of edges and verdicts does not matter.
    """
    own = {v.claim.id: OWN[v.word] for v in verdicts}
    solver = _Solver(folder, own)
    claims = {claim.id: solver.solve(claim.id) for claim in folder.claims}
    thesis = claims[folder.thesis.id]

    def pillars(state: State) -> tuple[str, ...]:
        return tuple(name for name, found in thesis.pillars.items() if found is state)

    return Argument(
        thesis.claim, thesis.status, pillars(State.STANDS), pillars(State.FALLEN), pillars(State.UNKNOWN), claims
    )


class _Solver:
    def __init__(self, folder: ArticleFolder, own: Mapping[str, State]) -> None:
        self.folder, self.own = folder, own
        self.kinds = {claim.id: claim.kind for claim in folder.claims}
        self.done: dict[str, Standing] = {}

    def sources(self, target: str, *relations: Relation) -> list[str]:
        edges = self.folder.argument.edges
        return sorted({e.source for e in edges if e.target == target and e.relation in relations})

    def solve(self, name: str) -> Standing:
        if name in self.done:
            return self.done[name]
        own = self.own.get(name, State.UNKNOWN)
        parts = [self.solve(source) for source in self.sources(name, "supports")]
        together = all_of([p.status for p in parts]) if parts else None
        decided = own is not State.UNKNOWN and self.kinds[name] in FACTS
        if together is None or decided:
            status, below = own, []
        else:
            # A judgement nobody can test has no value of its own to add: its parts alone speak.
            status = together if own is State.UNKNOWN else all_of([own, together])
            below = parts
        fallen = {root for part in below for root in part.fallen_roots}
        unknown = {root for part in below for root in part.unknown_roots}
        if own is State.FALLEN:
            fallen.add(name)
        if own is State.UNKNOWN and not parts:
            unknown.add(name)
        weakened, answered = self._concessions(name)
        self.done[name] = Standing(
            name, own, together, status, {p.claim: p.status for p in parts}, tuple(sorted(fallen)),
            tuple(sorted(unknown)), weakened, answered,
        )  # fmt: skip
        return self.done[name]

    def _concessions(self, name: str) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
        standing = [s for s in self.sources(name, "concedes") if self.solve(s).status is State.STANDS]
        answered = {}
        for concession in standing:
            met = [a for a in self.sources(concession, "answers", "explains")
                   if self.solve(a).status is State.STANDS]  # fmt: skip
            if met:
                answered[concession] = tuple(met)
        return tuple(c for c in standing if c not in answered), answered
