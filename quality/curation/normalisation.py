"""Annotators use a scale differently: a figure for each makes their preferences comparable."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PSEUDO_JUDGMENTS = 20
FEWEST_FOR_Z = 10
SMALLEST_SD = 1e-9

# Why an annotator's z-scores are 0.
Z_FLAGS = ("", "too_few_judgments", "constant")


@dataclass(frozen=True, slots=True)
class Scaling:
    """Parameters per annotator, fitted on training judgments, shrunk to the project's.

    Attributes:
        n: Training judgments of each annotator, shape (n_annotators,).
        scale: Root mean square of the signed preference, always above 0.
        mean: Mean of the signed preference.
        sd: Its standard deviation (ddof 0), always above 0.
        z_flag: Index into Z_FLAGS.
        project_scale: Root mean square over all training judgments, 1 where it is undefined.
        project_mean: Mean over all of them, 0 where there are none.
        project_sd: Standard deviation over all of them, 1 where it is undefined.
    """

    n: NDArray[np.int64]
    scale: NDArray[np.float64]
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    z_flag: NDArray[np.int8]
    project_scale: float
    project_mean: float
    project_sd: float

    def scaled(
        self, annotator: NDArray[np.integer], preference: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Preferences divided by their annotator's scale; never centred, so signs stay."""
        return np.asarray(preference / self.scale[annotator], dtype=np.float64)

    def z(
        self, annotator: NDArray[np.integer], preference: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Centred preferences, 0 where the annotator carries a flag."""
        centred = (preference - self.mean[annotator]) / self.sd[annotator]
        return np.where(self.z_flag[annotator] == 0, centred, 0.0)


def fit_scaling(
    annotator: NDArray[np.integer], preference: NDArray[np.integer], *, n_annotators: int
) -> Scaling:
    """Fit each annotator's use of the scale with 20 pseudo-judgments of the project's.

    With n judgments p of an annotator and the project's mean square s0^2, mean m0 and
    variance v0:

        scale^2 = (sum p^2 + 20 s0^2) / (n + 20)
        mean    = (sum p   + 20 m0)   / (n + 20)
        sd^2    = (n var   + 20 v0)   / (n + 20)

    An annotator without a training judgment gets the project's figures. z is flagged with
    fewer than 10 judgments, and where the annotator's own sd is below 1e-9.

    Args:
        annotator: Annotator of each training judgment, shape (n_judgments,).
        preference: Its signed preference, same shape, ties 0.
        n_annotators: Annotators of the project, those without a training judgment included.
    """
    # Sums of small integers are exact in float64 far beyond any project's size, so the
    # parameters do not depend on the order of the judgments.
    p = preference.astype(np.float64)
    n = np.bincount(annotator, minlength=n_annotators)
    total = np.bincount(annotator, weights=p, minlength=n_annotators)
    squares = np.bincount(annotator, weights=p * p, minlength=n_annotators)

    n_all, has_any = int(n.sum()), bool(n.any())
    mean_square = float(squares.sum()) / n_all if has_any else 1.0
    project_mean = float(total.sum()) / n_all if has_any else 0.0
    project_variance = (
        (n_all * float(squares.sum()) - float(total.sum()) ** 2) / n_all**2 if has_any else 1.0
    )
    mean_square = mean_square or 1.0
    project_variance = project_variance if project_variance > SMALLEST_SD**2 else 1.0

    own_variance = (n * squares - total**2) / np.maximum(n, 1) ** 2
    is_constant = np.sqrt(own_variance) < SMALLEST_SD
    shrunk = n + PSEUDO_JUDGMENTS
    return Scaling(
        n=n,
        scale=np.sqrt((squares + PSEUDO_JUDGMENTS * mean_square) / shrunk),
        mean=(total + PSEUDO_JUDGMENTS * project_mean) / shrunk,
        sd=np.sqrt((n * own_variance + PSEUDO_JUDGMENTS * project_variance) / shrunk),
        z_flag=np.select([n < FEWEST_FOR_Z, is_constant], [1, 2], default=0).astype(np.int8),
        project_scale=float(np.sqrt(mean_square)),
        project_mean=project_mean,
        project_sd=float(np.sqrt(project_variance)),
    )
