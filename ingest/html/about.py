"""What a web page says of itself: its title, who wrote it, when.

Left to others: the text, and the title that a page's first heading gives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ingest.html.tree import opening

_LONGEST = 300
_MOST = 500  # <meta> elements looked at
_TITLES = ("citation_title", "og:title", "dc.title", "dcterms.title", "twitter:title")
_AUTHORS = ("citation_author", "author", "dc.creator", "dcterms.creator", "article:author", "dc.contributor.author")
_DATES = (
    "citation_publication_date",
    "citation_date",
    "article:published_time",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.date",
    "dc.date",
    "dcterms.created",
    "datepublished",
    "pubdate",
    "date",
)
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
#: What programs write where a title or an author belongs.
_NO_TITLE = re.compile(
    r"untitled.*|unknown|unbekannt|document\d*|word document|powerpoint presentation|presentation\d*|title|slide \d+"
    r"|microsoft (?:word|powerpoint)\b.*|no(?:ne| title)|home(?: ?page)?|index|template",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"python-docx|python-pptx|user\d*|admin(?:istrator)?|microsoft(?: office)?(?: user)?|unknown|author|owner|root"
    r"|windows user|(?:libre|open)office.*|apache poi|none|n/a|anonymous|steve canny|https?:.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself, "" for what it does not say."""

    title: str = ""
    author: str = ""
    year: str = ""


def sensible_title(title: str | None) -> str:
    """A title in one line; "" if it is what a program writes for want of one."""
    line = " ".join((title or "").split())
    named = any(char.isalnum() for char in line)
    return "" if not named or len(line) > _LONGEST or _NO_TITLE.fullmatch(line) else line


def sensible_author(*authors: str | None) -> str:
    """Authors in one line, parted by semicolons; "" if they are only names of programs and accounts."""
    lines = [" ".join((author or "").split()) for author in authors]
    named = [line for line in lines if line and len(line) <= _LONGEST and not _NO_AUTHOR.fullmatch(line)]
    return "; ".join(dict.fromkeys(named))


def year_in(date: str | None) -> str:
    """The year that a date names, in whatever form it is written."""
    match = _YEAR.search(date or "")
    return match[1] if match else ""


def about_page(root: Any) -> About:
    """What a page's head says. A title that only adds the site's name to the page's heading is the heading."""
    said: dict[str, list[str]] = {}
    for element in islice(root.iter("meta"), _MOST):
        name = (element.get("name") or element.get("property") or element.get("itemprop") or "").lower()
        if content := (element.get("content") or "").strip():
            said.setdefault(name, []).append(content)
    named = (sensible_title(said[name][0]) for name in _TITLES if name in said)
    title = next(filter(None, named), "")
    head = next(root.iter("title"), None)
    if not title and head is not None:
        title = sensible_title(opening(head, _LONGEST))
    heading = next(root.iter("h1"), None)
    first = sensible_title(opening(heading, _LONGEST)) if heading is not None else ""
    if len(first) > 3 and first in title:
        title = first
    author = next((sensible_author(*said[name][:20]) for name in _AUTHORS if name in said), "")
    years = (year_in(said[name][0]) for name in _DATES if name in said)
    return About(title, author, next(filter(None, years), ""))
