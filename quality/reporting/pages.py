"""Parts of pages as they stand in a file of their own: nothing to click that leads nowhere."""

import re

# What only the platform can do: its forms and buttons, scripts, and what htmx would fetch.
_FORMS = re.compile(r"<(form|button|script|template)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_LINK = re.compile(r'<a\b[^>]*\bhref="(?!#)[^"]*"[^>]*>(.*?)</a>', re.DOTALL | re.IGNORECASE)
_HTMX = re.compile(r'\s(?:hx-[a-z-]+|data-local)="[^"]*"')
_HEADING = re.compile(r"(?P<before></?h)(?P<level>[1-5])\b")
# Attributes that name an element by its id: one name, or several with spaces between.
_NAMES = re.compile(
    r'(?P<before>\s(?:id|for|aria-labelledby|aria-describedby|aria-controls)=")(?P<names>[^"]+)"'
)
_PLACES = re.compile(r'(?P<before>(?:href="|url\(&quot;|url\(|xlink:href=")#)(?P<name>[\w:.-]+)')


def standing_alone(html: str, *, prefix: str) -> str:
    """A part of a page without forms, scripts and links into the platform.

    Headings go one level down, below that of the file. Ids get a prefix, so that several parts
    may stand in one file; links inside the part follow.
    """
    html = _FORMS.sub("", html)
    html = _LINK.sub(r"\1", html)
    html = _HTMX.sub("", html)
    # Without a script nothing else makes wide tables scroll by keyboard.
    html = html.replace('<div class="table-wrap">', '<div class="table-wrap" tabindex="0">')
    html = _HEADING.sub(lambda found: f"{found['before']}{int(found['level']) + 1}", html)
    html = _NAMES.sub(lambda found: _prefixed(found, prefix), html)
    return _PLACES.sub(lambda found: f"{found['before']}{prefix}-{found['name']}", html)


def _prefixed(found: "re.Match[str]", prefix: str) -> str:
    names = " ".join(f"{prefix}-{name}" for name in found["names"].split())
    return f'{found["before"]}{names}"'
