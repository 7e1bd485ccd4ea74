"""What the votes on comparisons say, under the accuracy of a project's annotators."""

from collections.abc import Iterable

import numpy as np
from django.db.models import Avg, Count
from numpy.typing import NDArray

from annotation.models import Project
from quality.metrics.posteriors import Accuracy, accuracy_from, posteriors
from quality.models import AnnotatorAccuracy, ComparisonState

DIRECTIONS = ("a", "tie", "b")

Votes = tuple[int, int, int]


def offered_directions(project: Project) -> NDArray[np.bool_]:
    """Which of A, tie and B annotators may choose; both good counts as a tie."""
    return np.array([True, project.offers_tie or project.offers_both_good, True])


def measured_accuracy(project: Project) -> Accuracy:
    """The annotators' accuracy from all snapshots of the project; one query over all of them."""
    found = ComparisonState.objects.filter(project=project, disagreement__isnull=False).aggregate(
        mean=Avg("disagreement"), n=Count("pk")
    )
    return accuracy_from(
        mean_agreement=1 - (found["mean"] or 0.0),
        n_comparisons=found["n"],
        n_values=int(offered_directions(project).sum()),
    )


def accuracy_of(project: Project) -> float:
    """The stored accuracy, or the one assumed before anything is measured; one query."""
    stored = AnnotatorAccuracy.objects.filter(project=project).first()
    if stored is not None:
        return stored.accuracy
    n_values = int(offered_directions(project).sum())
    return accuracy_from(mean_agreement=0, n_comparisons=0, n_values=n_values).value


def posteriors_of(project: Project, votes: Iterable[Votes]) -> NDArray[np.float64]:
    """Probabilities of A, tie and B for each comparison, shape (n, 3); one query."""
    counts = np.array(list(votes), dtype=np.int64).reshape(-1, len(DIRECTIONS))
    return posteriors(counts, accuracy=accuracy_of(project), offered=offered_directions(project))
