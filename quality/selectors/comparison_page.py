"""One comparison with everything that has happened to it."""

from dataclasses import dataclass, field

from django.db.models import Count, Q

from annotation.models import (
    Adjudication,
    Assignment,
    Comparison,
    Criterion,
    Flag,
    Gold,
    Judgment,
    Outcome,
    Project,
    Purpose,
    Seat,
)
from annotation.selectors.comparisons import words_of
from quality.selectors.states import DIRECTIONS, offered_directions, posteriors_of


@dataclass(frozen=True, slots=True)
class Answer:
    """What a judgment says under one criterion, in own order."""

    criterion: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A judgment as it stands now, with the ones it supersedes, the newest of them first."""

    judgment: Judgment
    words: str
    shown: str
    answers: list[Answer]
    earlier: list["Entry"] = field(default_factory=list)

    @property
    def seconds(self) -> float | None:
        """How long the annotator was active; None where it is unknown."""
        active_ms = self.judgment.active_ms
        return None if active_ms is None else active_ms / 1000

    @property
    def is_excluded(self) -> bool:
        exclusion = getattr(self.judgment, "exclusion", None)
        return exclusion is not None and not hasattr(exclusion, "reinstatement")

    @property
    def counts(self) -> bool:
        """Whether the consensus rests on it."""
        is_first = self.judgment.purpose == Purpose.WORK and self.judgment.occasion == 1
        return is_first and not self.is_excluded


@dataclass(frozen=True, slots=True)
class Share:
    """One direction of the consensus."""

    label: str
    votes: int
    probability: float


@dataclass(frozen=True, slots=True)
class Consensus:
    """What the counted judgments say together, as of this moment."""

    shares: list[Share]
    n_usable: int
    n_unusable: int

    @property
    def winner(self) -> str:
        """The direction with the most votes; empty where there is no single one."""
        best = max(share.votes for share in self.shares)
        winners = [share.label for share in self.shares if share.votes == best]
        return winners[0] if best and len(winners) == 1 else ""

    @property
    def confidence(self) -> float | None:
        if not self.n_usable:
            return None
        return max(share.votes for share in self.shares) / self.n_usable


def comparison_in(project: Project, pk: int) -> Comparison | None:
    rows = Comparison.objects.select_related("project", "rendered", "imported_from", "batch")
    return rows.filter(project=project, pk=pk).first()


def entries_on(comparison: Comparison) -> list[Entry]:
    """Current judgments in the order in which they were first made; five queries."""
    # Both halves in so many words: each has its own index.
    rows = Judgment.objects.filter(
        Q(supersedes__isnull=True) | Q(supersedes__isnull=False), comparison=comparison
    )
    rows = rows.select_related(
        "annotator", "exclusion__person", "exclusion__reinstatement__person", "audit__person"
    ).prefetch_related("ratings__criterion", "criterion_preferences__criterion", "sent_back")
    by_key = {one.pk: _entry(one) for one in rows.order_by("pk")}
    current = dict(by_key)
    for key, entry in by_key.items():
        superseded = entry.judgment.supersedes_id
        if superseded is not None:
            before = current.pop(superseded)
            entry.earlier.extend([before, *before.earlier])
            before.earlier.clear()
            current[key] = entry
    return sorted(current.values(), key=lambda one: _first(one).submitted_at)


def consensus_of(project: Project, entries: list[Entry]) -> Consensus:
    """Votes and posterior of the counted judgments as of this moment; one query."""
    counted = [entry.judgment for entry in entries if entry.counts]
    directions = [_direction(one) for one in counted]
    votes = tuple(directions.count(name) for name in DIRECTIONS)
    (probabilities,) = posteriors_of(project, [votes])  # type: ignore[list-item]
    offered = offered_directions(project)
    shares = [
        Share(label, n, float(probability))
        for label, n, probability, is_offered in zip(
            ("A", "Tie", "B"), votes, probabilities, offered, strict=True
        )
        if is_offered or n
    ]
    return Consensus(shares, n_usable=sum(votes), n_unusable=len(counted) - sum(votes))


def seats_on(comparison: Comparison) -> dict[str, int]:
    """How many seats of work are in each state; one query."""
    seats = Seat.objects.filter(comparison=comparison, purpose=Purpose.WORK).order_by()
    return dict(seats.values_list("state").annotate(Count("pk")))


def handouts_of(comparison: Comparison) -> list[Assignment]:
    """Every time it was handed out, the newest first; one query."""
    rows = Assignment.objects.filter(seat__comparison=comparison).select_related("annotator")
    return list(rows.order_by("-reserved_at"))


def flags_on(comparison: Comparison) -> list[Flag]:
    """What annotators remarked, the newest first; one query."""
    rows = Flag.objects.filter(comparison=comparison)
    return list(rows.select_related("membership", "resolved_by"))


def adjudications_of(comparison: Comparison) -> list[tuple[Adjudication, str]]:
    """Decisions with their words, the newest first; the first one stands; one query."""
    rows = Adjudication.objects.filter(comparison=comparison).select_related("person")
    return [(one, _decision(one)) for one in rows.order_by("-pk")]


def gold_on(comparison: Comparison) -> Gold | None:
    """What is known of its answer; one query."""
    return Gold.objects.filter(comparison=comparison).first()


def _entry(judgment: Judgment) -> Entry:
    shown = {None: "Unknown", True: "B left", False: "A left"}[judgment.swapped]
    return Entry(judgment, words_of(judgment), shown, _answers(judgment))


def _answers(judgment: Judgment) -> list[Answer]:
    values: dict[Criterion, dict[str, int]] = {}
    for rating in judgment.ratings.all():
        values.setdefault(rating.criterion, {})[rating.response] = rating.value
    texts = {
        criterion: f"A {given.get('a', '-')}, B {given.get('b', '-')}"
        for criterion, given in values.items()
    }
    for other in judgment.criterion_preferences.all():
        better = "A" if other.preference < 0 else "B"
        size = abs(other.preference)
        texts[other.criterion] = f"{better} better by {size}" if size else "Tie"
    ordered = sorted(texts, key=lambda one: (one.order, one.pk))
    return [Answer(criterion.name, texts[criterion]) for criterion in ordered]


def _first(entry: Entry) -> Judgment:
    return entry.earlier[-1].judgment if entry.earlier else entry.judgment


def _direction(judgment: Judgment) -> str:
    if judgment.outcome == Outcome.BOTH_GOOD or judgment.preference == 0:
        return "tie"
    if judgment.preference is None:
        return ""
    return "a" if judgment.preference < 0 else "b"


def _decision(one: Adjudication) -> str:
    if not one.outcome:
        return ""
    if one.outcome != Outcome.PREFERENCE:
        return Outcome(one.outcome).label
    if not one.preference:
        return "Tie"
    return "A is better" if one.preference < 0 else "B is better"
