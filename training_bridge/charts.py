"""The charts of a run: its loss and its validation accuracy, step by step."""

from collections.abc import Sequence
from math import log
from typing import Protocol

import altair as alt

from quality.charts.report import Chart
from quality.charts.theme import ACCENT, LINE, MUTED, Spec, svg_of

WIDTH, HEIGHT = 470, 180
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
    scale = alt.Scale(domain=[0.0, max(0.75, *(value for _, value in points))], nice=False)
    axis = alt.Axis(grid=True, gridColor=LINE, tickCount=4, format=".1f")
    line = _line(points, alt.Y("value:Q", title="Loss (nats)", scale=scale, axis=axis))
    return Chart(
        name=LOSS,
        title=title,
        alternative=f"{title}, over {points[-1][0]:,} steps. A model that knows nothing has 0.69.",
        svg=svg_of(alt.layer(line, _reference(KNOWS_NOTHING, "knows nothing", scale))),
        columns=["Step", "Loss"],
        rows=[[f"{step:,}", f"{value:.4f}"] for step, value in points],
    )


def _accuracy_chart(points: list[tuple[int, float]], longer: float | None) -> Chart:
    step, last = points[-1]
    title = f"Validation accuracy is {last * 100:.0f} % after step {step:,}"
    reference, label = (0.5, "chance") if longer is None else (longer, "the longer one")
    lowest = min(0.4, reference, *(value for _, value in points))
    scale = alt.Scale(domain=[lowest, 1.0], nice=False)
    percent = "format(datum.value * 100, '.0f') + ' %'"
    axis = alt.Axis(grid=True, gridColor=LINE, tickCount=4, labelExpr=percent)
    line = _line(points, alt.Y("value:Q", title="Pairwise accuracy", scale=scale, axis=axis))
    dots = line.mark_circle(color=ACCENT, size=28, opacity=1)
    return Chart(
        name=ACCURACY,
        title=title,
        alternative=f"{title}; {label}: {reference * 100:.0f} %. Measured on up to 512 pairs.",
        svg=svg_of(alt.layer(line, dots, _reference(reference, label, scale))),
        columns=["Step", "Accuracy"],
        rows=[[f"{step:,}", f"{value:.3f}"] for step, value in points],
    )


def _line(points: list[tuple[int, float]], y: alt.Y) -> alt.Chart:
    values = [{"step": step, "value": value} for step, value in points]
    axis = alt.Axis(grid=False, tickCount=5, tickMinStep=1, format=",d")
    base = alt.Chart(alt.InlineData(values=values), width=WIDTH, height=HEIGHT)
    line: alt.Chart = base.mark_line(color=ACCENT, strokeWidth=2)
    return line.encode(x=alt.X("step:Q", title="Step", axis=axis), y=y)


def _reference(value: float, label: str, scale: alt.Scale) -> Spec:
    """A dashed line across the chart with its name at the right end."""
    y = alt.Y("value:Q", scale=scale)
    base = alt.Chart(alt.InlineData(values=[{"value": value, "label": label}]))
    rule = base.mark_rule(color=MUTED, strokeDash=[4, 4]).encode(y=y)
    text = base.mark_text(align="right", baseline="bottom", dy=-3, color=MUTED).encode(
        x=alt.value(WIDTH), y=y, text="label:N"
    )
    return alt.layer(rule, text)
