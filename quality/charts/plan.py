"""The chart of a plan: what a narrower interval costs.

It is drawn while somebody waits for the page, and so by hand: what draws the other charts takes
longer to start than the plan to make.
"""

from math import log10

from quality.charts.report import Chart
from quality.metrics.planning import Plan

WIDTH, HEIGHT = 420, 200
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 22, 38
FONT = 13


def plan_chart(plan: Plan, *, width: float) -> Chart | None:
    """Judgments in all by the width of the interval; None where there is no plan."""
    if plan.best is None or len(plan.costs) < 2 or plan.best.cost is None:
        return None
    cheapest, dearest = plan.costs[-1], plan.costs[0]
    title = (
        f"An interval of {_number(width)} costs {plan.best.cost:,} judgments, one of "
        f"{_number(dearest[0])} {dearest[1]:,}"
    )
    listed = ", ".join(f"{_number(one)}: {cost:,}" for one, cost in plan.costs)
    return Chart(
        name="plan-cost",
        title=title,
        alternative=f"{title}; one of {_number(cheapest[0])} {cheapest[1]:,}. By width: {listed}.",
        svg=_svg(plan.costs, width),
        columns=["Width of the interval", "Judgments in all"],
        rows=[[_number(one), f"{cost:,}"] for one, cost in plan.costs],
    )


def _svg(costs: list[tuple[float, int]], width: float) -> str:
    across = _Scale([one for one, _ in costs], LEFT, WIDTH - RIGHT)
    up = _Scale([float(cost) for _, cost in costs], HEIGHT - BOTTOM, TOP)
    points = " ".join(f"{across(one):.1f},{up(cost):.1f}" for one, cost in costs)
    ground = HEIGHT - BOTTOM
    parts = [
        f'<path d="M{LEFT} {ground}H{WIDTH - RIGHT}" stroke="var(--line-colour)"/>',
        f'<polyline points="{points}" fill="none" stroke="var(--accent)" stroke-width="2"/>',
    ]
    for one, cost in costs:
        x, y = across(one), up(cost)
        is_wanted = abs(one - width) < 1e-9
        fill = "var(--accent)" if is_wanted else "var(--text-muted)"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{5 if is_wanted else 3}" fill="{fill}"/>'
        )
        parts.append(_text(x, ground + 18, _number(one), "middle"))
        if is_wanted or one in (costs[0][0], costs[-1][0]):
            anchor = "end" if one == costs[-1][0] else "start"
            parts.append(_text(x + (0 if anchor == "end" else 6), y - 9, f"{cost:,}", anchor))
    parts.append(_text((LEFT + WIDTH) / 2, HEIGHT - 4, "Width of the 95 % interval", "middle"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">{"".join(parts)}</svg>'
    )


class _Scale:
    """A logarithmic scale from numbers to places."""

    def __init__(self, values: list[float], first: float, last: float) -> None:
        self.low, self.high = log10(min(values)), log10(max(values))
        self.first, self.last = first, last

    def __call__(self, value: float) -> float:
        share = (log10(value) - self.low) / ((self.high - self.low) or 1.0)
        return self.first + share * (self.last - self.first)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{FONT}" text-anchor="{anchor}" '
        f'fill="var(--text-muted)">{words}</text>'
    )


def _number(width: float) -> str:
    return f"{width:.3f}".rstrip("0").rstrip(".")
