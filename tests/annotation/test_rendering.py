"""Untrusted text becomes safe HTML that still reads as its author meant it."""

import time
from html.parser import HTMLParser

import pytest

from annotation.models import RenderedComparison
from annotation.rendering import MAX_TEXT, render_text
from annotation.services.arranging import arrange_seats
from annotation.services.rendering import render_ahead, render_comparison
from tests.factories import make_comparison, make_project

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe src=//evil.example></iframe>",
    "<style>body{display:none}</style>",
    "<a href='javascript:alert(1)'>x</a>",
    "<form action=//evil.example><input name=q></form>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=a()'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "<javascript:alert(1)>",
    '[x](http://ok.example "onmouseover=alert(1) x=")',
    '[x](http://ok.example/"onmouseover=alert(1))',
    "[ref]: javascript:alert(1)\n\n[ref]",
    "![x](http://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    '![" onerror="alert(1)](x)',
    "[![x](http://evil.example/a.png)](http://ok.example)",
    '```html"><script>alert(1)</script>\ncode\n```',
    "```python\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "$<script>alert(1)</script>$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\style{background:url(http://evil.example)}{x}$",
    '$$\\class{x" onclick="alert(1)}{y}$$',
    "| <script>alert(1)</script> |\n|:-:|\n| ![a](http://evil.example/b.png) |",
    "# <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!-- <script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "[x](//evil.example)",
    "[x](/accounts/logout/)",
]
FORBIDDEN_TAGS = {
    *("script", "style", "img", "svg", "iframe", "object", "embed", "form", "input", "button"),
    *("link", "meta", "base", "video", "audio", "source", "annotation-xml", "mglyph"),
}


class Reader(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_active_survives(attack):
    for tag, attributes in Reader(render_text(attack)).tags:
        assert tag not in FORBIDDEN_TAGS
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert "src" not in attributes
        href = attributes.get("href") or "https://none.example"
        assert href.startswith(("http://ok.example", "https://", "mailto:"))


def test_raw_html_is_shown_as_text():
    assert Reader(render_text("a <b>bold</b> claim")).text.strip() == "a <b>bold</b> claim"


def test_an_image_becomes_its_description():
    reader = Reader(render_text("![a cat](http://evil.example/cat.png)"))

    assert reader.text.strip() == "[image: a cat]"


def test_links_open_elsewhere_and_tell_nothing_about_where_they_were():
    ((_, _), (tag, attributes)) = Reader(render_text("[docs](https://ok.example/a?b=1&c=2)")).tags

    assert tag == "a"
    assert attributes["href"] == "https://ok.example/a?b=1&c=2"
    assert attributes["target"] == "_blank"
    assert "noopener" in attributes["rel"]


def test_markdown_reads_as_meant():
    html = render_text("# Title\n\n1. **one**\n2. `two`\n\n| a | b |\n|--:|---|\n| 1 | 2 |")

    assert "<h3>Title</h3>" in html
    assert "<li><strong>one</strong></li>" in html
    assert '<td class="right">1</td>' in html


def test_single_line_breaks_are_kept():
    assert "first<br>\nsecond" in render_text("first\nsecond")


def test_code_is_coloured_in_a_known_language_and_plain_in_another():
    assert '<span class="k">return</span>' in render_text("```python\nreturn 1\n```")
    assert "<pre><code>a &lt; b\n</code></pre>" in render_text("```klingon\na < b\n```")


@pytest.mark.parametrize(
    ("text", "display"),
    [("$x^2$", "inline"), ("\\(x^2\\)", "inline"), ("$$x^2$$", "block"), ("\\[x^2\\]", "block")],
)
def test_formulas_become_mathml(text, display):
    html = render_text(text)

    assert f'<math display="{display}">' in html
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in html


@pytest.mark.parametrize(
    "text", ["It costs $5 or $10.", "US$ 20 and A$ 30", "$ 5 $", "a $5-$6 range"]
)
def test_money_is_not_a_formula(text):
    assert "<math" not in render_text(text)
    assert Reader(render_text(text)).text.strip() == text


@pytest.mark.parametrize(
    "text", [r"$\frac{$", r"$\left($", "$^$", r"$\begin{matrix}$", "$" + "{" * 900 + "$"]
)
def test_a_formula_that_cannot_be_read_is_shown_as_it_is(text):
    html = render_text(text)

    assert text.strip("$") in Reader(html).text
    assert "<math" not in html


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "![" * 25_000,
        "*a " * 16_000,
        "**a *" * 10_000,
        "$a " * 16_000,
        "\\(" * 25_000,
        "[a](" * 12_000,
        "`" * 1_000 + "a" * 1_000 + "``" * 20_000,
        "> " * 10_000,
        "- " * 10_000,
        "```python\n" + "(" * 19_000 + "\n```",
        "|a" * 3_000 + "\n" + "|-" * 3_000,
        "<" * 50_000,
        "$" + "a^" * 900 + "$",
    ],
    ids=lambda text: repr(text[:8]),
)
def test_hostile_repetition_is_rendered_in_bounded_time(text):
    start = time.process_time()

    render_text(text)

    assert time.process_time() - start < 5


def test_an_overlong_text_is_shown_plain():
    html = render_text("*a*" + "x" * MAX_TEXT + "<script>")

    assert html.startswith('<div class="plain">*a*xxx')
    assert html.endswith("&lt;script&gt;</div>")


def test_empty_text_is_empty():
    assert render_text("") == ""


@pytest.mark.django_db
def test_a_comparison_is_rendered_once_per_renderer_version(django_assert_num_queries, monkeypatch):
    comparison = make_comparison(make_project(), response_a="*a*")
    render_comparison(comparison=comparison)
    stored = type(comparison).objects.select_related("rendered").get()

    with django_assert_num_queries(0):
        assert render_comparison(comparison=stored).response_a == "<p><em>a</em></p>\n"

    RenderedComparison.objects.update(version=0, response_a="old")
    stored = type(comparison).objects.select_related("rendered").get()
    assert render_comparison(comparison=stored).response_a == "<p><em>a</em></p>\n"
    assert RenderedComparison.objects.get().response_a == "<p><em>a</em></p>\n"


@pytest.mark.django_db
def test_what_is_handed_out_next_is_rendered_ahead():
    project, paused = make_project(), make_project(slug="paused", state="paused")
    team = project.teams.create(name="Night")
    wanted = [make_comparison(project), make_comparison(project, team=team)]
    make_comparison(paused)
    for one in (project, paused):
        arrange_seats(project=one)
    make_comparison(project)

    counts = [render_ahead(), render_ahead()]

    assert counts == [2, 0]
    assert {row.comparison_id for row in RenderedComparison.objects.all()} == {
        one.pk for one in wanted
    }
