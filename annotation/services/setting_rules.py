"""Settings of a project that cannot work together; pages and API refuse the same."""

from collections.abc import Collection

from annotation.models import Gold, Project
from annotation.selectors.gold import n_in_use

# Shares of what is handed out: more checks than work is no work.
HIGHEST_RATE = 0.5
RATES = ("gold_rate", "attention_rate", "reshow_rate")
CAPS = ("cap_judgments", "cap_per_day", "cap_share")
OVERLAPS = ("overlap", "adapts_overlap", "overlap_minimum", "overlap_cap")


def setting_problems(project: Project, names: Collection[str]) -> list[tuple[str | None, str]]:
    """What is wrong about the named settings of a project, which need not be stored: field, why.

    No field where it is about several. One query where a qualification is asked for.
    """
    found: list[tuple[str | None, str]] = [
        (name, "Nobody could judge anything. Leave it empty for no cap.")
        for name in CAPS
        if name in names and getattr(project, name) == 0
    ]
    if not set(names).isdisjoint(RATES):
        found += _rates(project)
    if not set(names).isdisjoint(OVERLAPS):
        found += _overlaps(project)
    if "requires_qualification" in names and project.requires_qualification:
        found += _qualification(project)
    if "reason_tags" in names:
        found += _tags(project.reason_tags)
    return found


def _rates(project: Project) -> list[tuple[str | None, str]]:
    # Rounded: in binary, shares that make a half may come to a little more.
    total = round(sum(getattr(project, name) for name in RATES), 6)
    if total <= HIGHEST_RATE:
        return []
    message = f"The three kinds of checks are {total:.0%} of what is handed out. "
    return [(None, message + "Leave at least half for the work.")]


def _overlaps(project: Project) -> list[tuple[str | None, str]]:
    if not project.adapts_overlap:
        return []
    found: list[tuple[str | None, str]] = []
    if project.overlap_minimum > project.overlap_cap:
        found.append(("overlap_cap", "The most is below the least number of judgments."))
    if project.overlap_cap < project.overlap:
        found.append(("overlap_cap", "The most is below the judgments per comparison."))
    return found


def _qualification(project: Project) -> list[tuple[str | None, str]]:
    if n_in_use(project)[Gold.Use.QUALIFICATION]:
        return []
    message = "There are no comparisons for a qualification yet, so nobody could begin. "
    return [("requires_qualification", message + "Add some under Gold comparisons first.")]


def _tags(tags: list[str]) -> list[tuple[str | None, str]]:
    for tag in tags:
        if tag != " ".join(tag.split()) or not tag:
            return [("reason_tags", f"Write each reason in one line: {tag[:60]!r}.")]
        if tags.count(tag) > 1:
            return [("reason_tags", f"The reason {tag[:60]} is there twice.")]
    return []
