"""The charts of a run: its loss and its validation accuracy, step by step."""

from collections.abc import Sequence
from math import log
from typing import Protocol

import altair as alt

from quality.charts.report import Chart
from quality.charts.theme import ACCENT, LINE, MUTED, Spec, svg_of

WIDTH, HEIGHT = 430, 180
KNOWS_NOTHING = log(2)
LOSS, ACCURACY = "loss", "validation-accuracy"


class Step(Protocol):
    """What a run reported at one step."""

    step: int
    loss: float | None
    validation_accuracy: float | None


def run_charts(steps: Sequence[Step], *, longer: float | None) -> list[Chart]:
    """The charts that the steps so far allow; ``longer`` is the baseline once it is known."""
    losses = [(s.step, s.loss) for s in steps if s.loss is not None]
    accuracies = [
        (s.step, s.validation_accuracy) for s in steps if s.validation_accuracy is not None
    ]
    charts = []
    if len(losses) > 1:
        charts.append(_loss_chart(losses))
    if len(accuracies) > 1:
        charts.append(_accuracy_chart(accuracies, longer))
    return charts


def _loss_chart(points: list[tuple[int, float]]) -> Chart:
    first, last = points[0][1], points[-1][1]
    verb = "fell" if last < first else "did not fall"
    title = f"Training loss {verb}, from {first:.2f} to {last:.2f}"
    spec = _line(points, y_title="Loss (nats)", lowest=0.0, highest=max(0.75, _largest(points)))
    return Chart(
        name=LOSS,
        title=title,
        alternative=f"{title}, over {points[-1][0]:,} steps. A model that knows nothing has 0.69.",
        svg=svg_of(alt.layer(_reference(KNOWS_NOTHING, "knows nothing"), *spec)),
        columns=["Step", "Loss"],
        rows=[[f"{step:,}", f"{value:.4f}"] for step, value in points],
    )


def _accuracy_chart(points: list[tuple[int, float]], longer: float | None) -> Chart:
    step, last = points[-1]
    title = f"Validation accuracy is {last * 100:.0f} % after step {step:,}"
    reference, label = (0.5, "chance") if longer is None else (longer, "the longer one")
    lowest = min(0.4, reference, *(value for _, value in points))
    spec = _line(
        points, y_title="Pairwise accuracy", lowest=lowest, highest=1.0, y_format="%", dots=True
    )
    return Chart(
        name=ACCURACY,
        title=title,
        alternative=f"{title}; {label}: {reference * 100:.0f} %. Measured on up to 512 pairs.",
        svg=svg_of(alt.layer(_reference(reference, label), *spec)),
        columns=["Step", "Accuracy"],
        rows=[[f"{step:,}", f"{value:.3f}"] for step, value in points],
    )


def _line(
    points: list[tuple[int, float]],
    *,
    y_title: str,
    lowest: float,
    highest: float,
    y_format: str = ".1f",
    dots: bool = False,
) -> list[Spec]:
    values = [{"step": step, "value": value} for step, value in points]
    scale = alt.Scale(domain=[lowest, highest], nice=False)
    base = alt.Chart(alt.Data(values=values), width=WIDTH, height=HEIGHT).encode(
        x=alt.X("step:Q", title="Step", axis=alt.Axis(grid=False, tickCount=5, format=",d")),
        y=alt.Y(
            "value:Q",
            title=y_title,
            scale=scale,
            axis=alt.Axis(grid=True, gridColor=LINE, tickCount=4, format=y_format),
        ),
    )
    line = base.mark_line(color=ACCENT, strokeWidth=2, clip=True)
    return [line, base.mark_circle(color=ACCENT, size=28, opacity=1)] if dots else [line]


def _reference(value: float, label: str) -> Spec:
    base = alt.Chart(alt.Data(values=[{"value": value, "label": label}]))
    rule = base.mark_rule(color=MUTED, strokeDash=[4, 4]).encode(y="value:Q")
    text = base.mark_text(align="right", baseline="bottom", dy=-3, color=MUTED).encode(
        x=alt.value(WIDTH), y="value:Q", text="label:N"
    )
    return alt.layer(rule, text)


def _largest(points: list[tuple[int, float]]) -> float:
    return max(value for _, value in points)
