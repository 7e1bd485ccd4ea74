"""Untrusted text to safe HTML: Markdown, code and mathematics; no raw HTML, no remote content.

Prompts and responses come from models and files. Markdown is parsed with raw HTML off, images
become their alternative text, code is coloured with CSS classes, and mathematics becomes MathML.
Whatever comes out goes through one allow-list (nh3), so that a fault in any of these parts
cannot reach a page.
"""

import re
from collections.abc import Callable, MutableMapping, Sequence
from html import escape
from typing import Any

import nh3
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# Raise this when the same text would come out differently: stored HTML is then made again.
RENDERER_VERSION = 1

# Longer parts are shown as plain text: a page must not wait for a hostile one.
MAX_TEXT = 100_000
MAX_CODE = 20_000
MAX_FORMULA = 2_000

# A dollar sign opens a formula only before a visible character, and closes it only after one
# and before no digit: "from $5 to $10" is money. [^$] keeps the search linear.
INLINE_FORMULA = re.compile(rf"\$(?![\s$])([^$\n]{{1,{MAX_FORMULA}}})(?<!\s)\$(?!\d)")
DISPLAY_FORMULA = re.compile(rf"\$\$([^$]{{1,{MAX_FORMULA}}})\$\$")
BRACKETS = {"\\(": ("\\)", "inline"), "\\[": ("\\]", "block")}

MATHML_TAGS = {
    *("math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mstyle", "mfrac", "msqrt"),
    *("mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr"),
    *("mtd", "mpadded", "mphantom", "menclose"),
}
CLEANER = nh3.Cleaner(
    tags={
        *("p", "br", "hr", "h3", "h4", "h5", "h6", "em", "strong", "s", "blockquote", "ul", "ol"),
        *("li", "a", "code", "pre", "span", "div", "table", "thead", "tbody", "tr", "th", "td"),
        *MATHML_TAGS,
    },
    attributes={
        "a": {"href", "title"},
        "code": {"class"},
        "div": {"class"},
        "math": {"display"},
        "mo": {"stretchy", "fence", "separator", "form"},
        "mtable": {"columnalign"},
        "ol": {"start"},
        "span": {"class"},
        "td": {"class"},
        "th": {"class"},
    },
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="noopener noreferrer nofollow",
    url_schemes={"http", "https", "mailto"},
    # A relative link would lead into this platform.
    url_relative="deny",
)


def render_text(text: str) -> str:
    """Safe HTML of one prompt or response."""
    if len(text) > MAX_TEXT:
        return f'<div class="plain">{escape(text)}</div>'
    return CLEANER.clean(_markdown.render(text))


def _code_html(code: str, language: str) -> str:
    """Coloured by Pygments where the fence names a language it knows."""
    if language and len(code) <= MAX_CODE:
        try:
            lexer = get_lexer_by_name(language, stripnl=False)
        except ClassNotFound:
            return escape(code)
        return highlight(code, lexer, HtmlFormatter(nowrap=True))
    return escape(code)


def _formula_html(source: str, display: str) -> str:
    try:
        return convert(source, display=display)
    except Exception:
        # The converter raises a dozen kinds of errors, IndexError and RecursionError among
        # them, on formulas it does not know. None of them matters: the source is readable.
        return f"<code>{escape(source)}</code>"


def _formula(state: StateInline, silent: bool) -> bool:
    r"""Inline rule: $..$, $$..$$, \(..\) and \[..\]."""
    found = _formula_at(state.src, state.pos)
    if found is None:
        return False
    source, end, display = found
    if not silent:
        token = state.push("formula", "math", 0)
        token.content = source
        token.meta = {"display": display}
    state.pos = end
    return True


def _formula_at(text: str, start: int) -> tuple[str, int, str] | None:
    """Source, end and display of the formula that starts here."""
    for pattern, display in ((DISPLAY_FORMULA, "block"), (INLINE_FORMULA, "inline")):
        match = pattern.match(text, start)
        if match is not None:
            return match[1], match.end(), display
    if text[start : start + 2] in BRACKETS:
        closing, display = BRACKETS[text[start : start + 2]]
        end = text.find(closing, start + 2, start + 2 + MAX_FORMULA)
        if end > start + 2:
            return text[start + 2 : end], end + 2, display
    return None


Rule = Callable[
    [RendererHTML, Sequence[Token], int, OptionsDict, MutableMapping[str, Any]],
    str,
]


def _rule(html_of: Callable[[RendererHTML, Sequence[Token], int], str]) -> Rule:
    def render(
        renderer: RendererHTML,
        tokens: Sequence[Token],
        index: int,
        options: OptionsDict,
        env: MutableMapping[str, Any],
    ) -> str:
        return html_of(renderer, tokens, index)

    return render


@_rule
def _fence(_: RendererHTML, tokens: Sequence[Token], index: int) -> str:
    token = tokens[index]
    words = token.info.split()
    return f"<pre><code>{_code_html(token.content, words[0] if words else '')}</code></pre>\n"


@_rule
def _image(renderer: RendererHTML, tokens: Sequence[Token], index: int) -> str:
    text = escape(tokens[index].content.strip() or "no description")
    return f'<span class="left-out">[image: {text}]</span>'


@_rule
def _heading(renderer: RendererHTML, tokens: Sequence[Token], index: int) -> str:
    """Two levels down: the page has its own headings above."""
    token = tokens[index]
    level = min(6, int(token.tag[1]) + 2)
    return f"<h{level}>" if token.nesting == 1 else f"</h{level}>\n"


@_rule
def _cell(renderer: RendererHTML, tokens: Sequence[Token], index: int) -> str:
    """The alignment as a class: the pages allow no inline style."""
    token = tokens[index]
    align = str(token.attrGet("style") or "").removeprefix("text-align:")
    return f'<{token.tag} class="{escape(align)}">' if align else f"<{token.tag}>"


@_rule
def _table(renderer: RendererHTML, tokens: Sequence[Token], index: int) -> str:
    """In a box of its own, which scrolls where the column is too narrow."""
    return '<div class="scroll"><table>' if tokens[index].nesting == 1 else "</table></div>\n"


@_rule
def _math(renderer: RendererHTML, tokens: Sequence[Token], index: int) -> str:
    return _formula_html(tokens[index].content, tokens[index].meta["display"])


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", "formula", _formula)
    rules = {
        "fence": _fence,
        "image": _image,
        "heading_open": _heading,
        "heading_close": _heading,
        "th_open": _cell,
        "td_open": _cell,
        "table_open": _table,
        "table_close": _table,
        "formula": _math,
    }
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


_markdown = _parser()
