"""The demo's simulated annotators: eight honest ones and four with a known fault."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Annotator:
    """How somebody judges.

    They perceive ``attention`` x the difference in quality + ``for_length`` x the logarithm of
    the length ratio + ``for_left`` where a response is on the left, with normal noise of
    standard deviation ``noise``; ``reserve`` widens what they call a small difference.
    """

    name: str
    attention: float
    noise: float
    for_length: float = 0.1
    for_left: float = 0.0
    reserve: float = 1.0
    # Median time for a comparison of average length.
    seconds: float = 24.0
    # The fault that reports should find; empty for an honest annotator.
    fault: str = ""


ANNOTATORS = (
    Annotator("amara", attention=1.0, noise=0.50, seconds=31),
    Annotator("bruno", attention=1.0, noise=0.60, reserve=1.3, seconds=26),
    Annotator("chiara", attention=1.0, noise=0.65, seconds=22),
    Annotator("dmitri", attention=1.0, noise=0.70, reserve=0.7, seconds=28),
    Annotator("elif", attention=1.0, noise=0.75, seconds=24),
    Annotator("farid", attention=0.9, noise=0.80, seconds=19),
    Annotator("greta", attention=0.9, noise=0.90, reserve=1.2, seconds=34),
    Annotator("hana", attention=0.8, noise=1.00, seconds=21),
    Annotator("ivan", attention=0.1, noise=1.50, seconds=12, fault="careless"),
    Annotator("jonas", attention=0.8, noise=0.80, for_left=1.1, seconds=20, fault="left side"),
    Annotator("keiko", attention=0.3, noise=0.60, for_length=1.6, seconds=23, fault="length"),
    Annotator("luis", attention=0.4, noise=1.30, seconds=1.7, fault="fast"),
)

# What some of them write, by what they decided.
RATIONALES = {
    "strong": (
        "The other one is wrong.",
        "Says exactly what was asked, in an order that I can follow.",
        "The other one would do harm.",
        "Concrete; the other one never gets to the point.",
        "I could act on this at once.",
    ),
    "slight": (
        "A little clearer.",
        "Both are right, this one is easier to read.",
        "I prefer the shorter one here.",
        "The example helps.",
        "Friendlier tone.",
    ),
    "tie": (
        "Same content, other words.",
        "One is shorter, one is more complete.",
        "I would be fine with either.",
    ),
    "both_good": ("Both are right and clear.", "Nothing to choose between two good ones."),
    "both_bad": ("Neither helps.", "One is empty and the other one is wrong."),
    "cannot_judge": ("I do not know enough about this.", "I would have to try it out."),
}
