"""How numbers, times and states read on every page."""

import json
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from feedback_platform.jobs.models import LongWork

register = template.Library()

NO_BREAK_SPACE = "\u00a0"
# Read by htmx when it starts. Refused forms (422) come with their errors and are shown.
HTMX_CONFIG = {
    "allowEval": False,
    "allowScriptTags": False,
    "includeIndicatorStyles": False,
    "historyCacheSize": 0,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "(409|410|413|422)", "swap": True, "error": False},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}
JOB_BADGES = {
    LongWork.State.QUEUED: ("neutral", "Queued"),
    LongWork.State.RUNNING: ("accent", "Running"),
    LongWork.State.SUCCEEDED: ("ok", "Succeeded"),
    LongWork.State.FAILED: ("bad", "Failed"),
    LongWork.State.CANCELLED: ("neutral", "Cancelled"),
}


@register.simple_tag
def htmx_config() -> str:
    """The value of the ``htmx-config`` meta element."""
    return json.dumps(HTMX_CONFIG)


@register.filter
def share(value: float | None, digits: int = 0) -> str:
    """0.613 -> "61 %"; "-" for None."""
    if value is None:
        return "-"
    return f"{value * 100:.{digits}f}{NO_BREAK_SPACE}%"


@register.filter
def thousands(value: float | str | None) -> str:
    """12345 -> "12,345"; "-" for None and for what the template does not have."""
    if value is None or isinstance(value, str):
        return "-"
    return f"{value:,.0f}"


@register.filter
def duration(value: float | timedelta | str | None) -> str:
    """200 seconds -> "3 min 20 s"; the two largest units; "-" for None."""
    if value is None or isinstance(value, str):
        return "-"
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if 0 < seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    whole = round(seconds)
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (left, "s")]
    while len(parts) > 1 and parts[0][0] == 0:
        parts.pop(0)
    shown = [f"{amount} {unit}" for amount, unit in parts[:2] if amount]
    return " ".join(shown) or "0 s"


@register.filter
def when(value: datetime | str | None) -> SafeString | str:
    """A moment as "23 Nov 2026, 14:05 UTC"; the page's script shows it in the reader's zone."""
    if value is None or isinstance(value, str):
        return "-"
    local = timezone.localtime(value)
    text = f"{local.day} {local:%b %Y, %H:%M %Z}"
    return format_html('<time datetime="{}" data-local>{}</time>', value.isoformat(), text)


@register.filter
def clock(value: datetime | None) -> SafeString | str:
    """The time of a moment that is hardly ever of another day: "14:05:10 UTC"."""
    if value is None:
        return "-"
    text = f"{timezone.localtime(value):%H:%M:%S %Z}"
    return format_html('<time datetime="{}" data-local="clock">{}</time>', value.isoformat(), text)


@register.filter
def day(value: datetime | None) -> SafeString | str:
    """A moment as its day: "23 Nov 2026"."""
    if value is None:
        return "-"
    local = timezone.localtime(value)
    text = f"{local.day} {local:%b %Y}"
    return format_html('<time datetime="{}" data-local="day">{}</time>', value.isoformat(), text)


@register.filter
def job_badge(job: LongWork) -> SafeString:
    """The state of long work as a badge."""
    kind, text = JOB_BADGES[LongWork.State(job.state)]
    if job.is_active and job.cancel_requested_at:
        kind, text = "warn", "Cancelling"
    return format_html('<span class="badge {}">{}</span>', kind, text)


@register.filter
def job_rate(job: LongWork) -> float | None:
    """Units per second since the work started; None before there is anything to measure."""
    if job.started_at is None or job.done <= 0:
        return None
    seconds = ((job.finished_at or timezone.now()) - job.started_at).total_seconds()
    return job.done / seconds if seconds >= 1 else None


@register.filter
def elapsed(job: LongWork) -> float | None:
    """Seconds from the start of the work to its end, or to now."""
    if job.started_at is None:
        return None
    return ((job.finished_at or timezone.now()) - job.started_at).total_seconds()


@register.inclusion_tag("feedback_platform/_estimate.html")
def estimate(
    estimate: Any, percent: bool = False, digits: int = 2, show_n: bool = False
) -> dict[str, Any]:
    """A value with its interval in brackets, or "-" with the reason.

    ``estimate`` is an estimate or its JSON form: value, low, high, n and undefined_because.
    ``digits`` counts decimals; a percentage has none unless ``digits`` is above two.
    """
    if not estimate:
        return {"reason": "not measured"}
    given: dict[str, Any] = estimate if isinstance(estimate, dict) else estimate.as_dict()
    value, low, high = given["value"], given["low"], given["high"]
    shown = {"n": given["n"], "reason": given["undefined_because"], "show_n": show_n}
    if value is None:
        return shown
    scale, decimals = (100, max(digits - 2, 0)) if percent else (1, digits)
    shown["value"] = _rounded(value * scale, decimals) + (f"{NO_BREAK_SPACE}%" if percent else "")
    if low is not None and high is not None:
        ends = (_rounded(end * scale, decimals) for end in (low, high))
        shown["interval"] = f"[{', '.join(ends)}]"
    else:
        # The page says so itself, before the reason.
        shown["reason"] = shown["reason"].removesuffix(": no interval")
    return shown


def _rounded(value: float, decimals: int) -> str:
    """With so many decimals; what rounds to zero has no sign."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


@register.simple_tag
def widget(field: Any) -> SafeString:
    """A form field's control, marked as invalid for those who do not see its colour."""
    attributes = {"aria-invalid": "true"} if field.errors else {}
    rendered: SafeString = field.as_widget(attrs=attributes)
    return rendered


@register.filter
def is_check(field: Any) -> bool:
    """Whether a form field is a single checkbox."""
    return getattr(field.field.widget, "input_type", "") == "checkbox" and not is_group(field)


@register.filter
def is_group(field: Any) -> bool:
    """Whether a form field is a group of radio buttons or checkboxes."""
    return bool(field.field.widget.use_fieldset)
