"""What of a web page is around its text rather than in it: menus, banners, foot lines, tables of contents.

Such parts are shown and never answered from. It is judged by what the page says of itself (elements and roles) and,
where it says little, by the names of its parts if they are also mostly links. In doubt a part is text: a page without
<main> or <article> keeps all that is not plainly a menu, and one whose text would be gone keeps everything.

Left to others: the text (blocks.py), footnotes (notes.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.html.tags import FEWEST_LINKS
from ingest.html.tree import ancestors, holders, iterated, kinds, names_of, opening

_ROLES = frozenset(
    "navigation search menu menubar toolbar banner contentinfo doc-toc doc-pagelist toc page-list landmarks dialog "
    "alertdialog lot loi".split()
)
_SECTIONS = frozenset({"main", "article", "section", "blockquote", "figure", "dialog", "details", "td"})
#: Names that authors of pages give to what is no text. They count where the part is mostly links, or is a banner.
_NAMED = re.compile(
    r"(?:.*[_-])?(?:nav|navbar|navigation|navheader|navfooter|navpanel|menu|breadcrumbs?|sidebar|toc|contents|skip"
    r"|related|pagination|pager|share|social|footer|header|links)(?:[_-].*)?"
)
_CONTENTS = frozenset({"toc", "table-of-contents", "tableofcontents", "contents"})
_CERTAIN = frozenset("navheader navfooter navbar nav-panel breadcrumb breadcrumbs pagination pager".split())
_BANNER = re.compile(r".*(?:cookie|consent|gdpr).*")
_LONGEST_BANNER = 1500
_MOSTLY = 0.6  # of the characters of a part that stand in links
_PARTLY = 0.3  # of those of a table of contents that says it is one
_MAIN_SHARE = 0.6  # of the page's text that <main> must have to be all of it
_LISTS = frozenset({"ul", "ol", "dl"})
_UNSEEN = frozenset({"script", "style", "template", "head", "noscript", "svg"})
_SKIP = re.compile(r"(?:skip|jump) to\b.{0,40}", re.IGNORECASE)


@dataclass(slots=True)
class _Counts:
    """Of an element: characters of text, those in links, those in links within the page, links within the page; and
    whether it is part of a section of the page."""

    text: int = 0
    linked: int = 0
    inner: int = 0
    links: int = 0
    sectioned: bool = False


def around(root: Any, kept: Collection[Any]) -> frozenset[Any]:
    """The elements that are no text of the page; `kept` are elements that are, whatever stands around them."""
    counts = _counted(root)
    holding, headed = holders(kept), holders(root.iter("h1"))
    found = {
        element
        for element, count in counts.items()
        if element not in holding and element not in kept and _is_around(element, count, headed)
    }
    mains = [element for element in counts if element.tag == "main" or "main" in kinds(element)]
    articles = [element for element in counts if element.tag == "article"]
    main = mains[0] if len(mains) == 1 else articles[0] if len(articles) == 1 and not mains else None
    if main is not None:
        beside = _beside(main, root, holding | headed)
        whole = counts[root].text - _text_in(root, found, counts)
        if counts[main].text >= _MAIN_SHARE * whole:
            found |= beside
    return frozenset(found)


def _text_in(root: Any, found: Collection[Any], counts: Mapping[Any, _Counts]) -> int:
    """The characters in some elements, those in several of them once."""
    total = 0
    walk = iterated(root)
    for event, element in walk:
        if event == "start" and element in found:
            total += counts[element].text
            walk.skip_subtree()
    return total


def _beside(main: Any, root: Any, holding: Collection[Any]) -> set[Any]:
    """What stands beside the main part and the elements around it, but for the page's heading and its notes."""
    found = set()
    for outer in [main, *ancestors(main)]:
        parent = outer.getparent()
        if parent is None or outer is root:
            break
        found |= {child for child in parent if child is not outer and child not in holding and child.tag != "h1"}
    return found


def _is_around(element: Any, count: _Counts, headed: Collection[Any]) -> bool:
    tag, said = element.tag, kinds(element)
    if tag == "div" and element.get("title") in ("header", "footer"):  # LibreOffice's lines at the edges of pages
        return True
    if tag == "nav" or said & _ROLES:
        return element not in headed or tag == "nav"
    if tag == "a":
        return count.links == 1 and _SKIP.fullmatch(opening(element, 60).strip()) is not None
    names = names_of(element)
    if count.text <= _LONGEST_BANNER and any(_BANNER.fullmatch(name) for name in names):
        return True
    if names & _CERTAIN and count.text <= _LONGEST_BANNER:
        return True
    linked = count.linked >= (_PARTLY if names & _CONTENTS else _MOSTLY) * count.text > 0
    if tag in ("header", "footer", "aside") and not count.sectioned:
        if tag == "header":
            return element not in headed and (linked or count.text > 0)
        return tag == "footer" or linked
    if tag in _LISTS:
        return count.links >= FEWEST_LINKS and count.inner >= 0.9 * count.text
    return linked and element not in headed and any(_NAMED.fullmatch(name) for name in names)


def _counted(root: Any) -> dict[Any, _Counts]:
    """The characters of the elements that could be around the text, and of the whole."""
    found: dict[Any, _Counts] = {}
    stack: list[_Counts] = []
    link = inner = sections = 0
    walk = iterated(root)
    for event, element in walk:
        if event == "start":
            count = _Counts(sectioned=sections > 0)
            stack.append(count)
            sections += element.tag in _SECTIONS
            if element.tag in _UNSEEN:
                walk.skip_subtree()
                continue
            if element.tag == "a" and element.get("href") is not None:
                link += 1
                if element.get("href").startswith("#"):
                    inner += 1
                    count.links = 1
            _add(count, element.text, link, inner)
            continue
        count = stack.pop()
        sections -= element.tag in _SECTIONS
        if element.tag == "a" and element.get("href") is not None:
            link -= 1
            inner -= element.get("href").startswith("#")
        if _may_be(element):
            found[element] = count
        if stack:
            outer = stack[-1]
            outer.text += count.text
            outer.linked += count.linked
            outer.inner += count.inner
            outer.links += count.links
            _add(outer, element.tail, link, inner)
    found[root] = count
    return found


def _may_be(element: Any) -> bool:
    tag = element.tag
    if tag == "a":
        return (element.get("href") or "").startswith("#") and bool(_SKIP.match((element.text or "").strip()))
    if tag in ("nav", "header", "footer", "aside", "main", "article") or tag in _LISTS:
        return True
    if tag in ("html", "body", "p", "span", "b", "i", "em", "strong", "code", "h1", "h2", "h3", "h4", "h5", "h6"):
        return False
    return any(element.get(name) for name in ("class", "id", "role", "title"))


def _add(count: _Counts, text: str | None, link: int, inner: int) -> None:
    if text:
        size = len(text.strip())
        count.text += size
        count.linked += size if link else 0
        count.inner += size if inner else 0
