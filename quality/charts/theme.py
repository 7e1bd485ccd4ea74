"""One look for all charts, and the way from a specification to SVG that follows the page."""

import re
from typing import Any

import altair as alt
import vl_convert
from altair.utils import schemapi

# The specifications are ours, and each is drawn in a test: checking every part of them against
# the schema would take more time than drawing.
schemapi.disable_debug_mode()

# The light theme's colours. In SVG each becomes the page's token, so that charts turn dark
# together with the page; a PNG keeps them as they are.
TEXT = "#191d1e"
MUTED = "#565f61"
LINE = "#d3d9da"
ACCENT = "#0a6b67"
BAD = "#a8261e"
# On a phone a chart shrinks to three quarters.
SIZE = 13
TOKENS = {
    TEXT: "var(--text)",
    MUTED: "var(--text-muted)",
    LINE: "var(--line-colour)",
    ACCENT: "var(--accent)",
    BAD: "var(--bad)",
}
# The page has its own font. What Vega says to a screen reader names parts, not what they show:
# the figure around a chart has the words.
_UNWANTED = re.compile(r' (?:font-family|role|aria-[a-z]+)="[^"]*"')

Spec = alt.Chart | alt.LayerChart | alt.FacetChart


def themed(chart: Spec) -> Spec:
    """The chart in the shared look: no frame, few lines, labels one can read."""
    quiet: dict[str, Any] = {"domain": False, "ticks": False, "labelColor": MUTED}
    words: dict[str, Any] = {
        "labelFontSize": SIZE,
        "titleFontSize": SIZE,
        "titleFontWeight": "normal",
    }
    # In one call: each copies the whole specification, its data included.
    look: Spec = chart.configure(
        background="transparent",
        aria=False,
        font="sans-serif",
        # Names are measured in another font than the page's, which may be wider.
        padding={"left": 14, "top": 4, "right": 8, "bottom": 4},
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(**words, titleColor=MUTED, gridColor=LINE, labelLimit=120),
        axisX=alt.AxisConfig(**quiet, titlePadding=8),
        axisY=alt.AxisConfig(**quiet, grid=False, labelPadding=8),
        text=alt.MarkConfig(fontSize=SIZE, color=MUTED),
    )
    return look


def svg_of(chart: Spec) -> str:
    """The chart as an SVG element for a page: the page's font, colours and dark theme."""
    svg: str = vl_convert.vegalite_to_svg(themed(chart).to_json(validate=False))
    for colour, token in TOKENS.items():
        svg = svg.replace(colour, token)
    return re.sub(r"<[^>]+>", lambda tag: _UNWANTED.sub("", tag[0]), svg)
