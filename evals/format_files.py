"""Articles written in many formats by ordinary tools: pandoc, LibreOffice, Chromium, XeLaTeX, from Debian's packages.

A version is a format and the tool that writes it. The plain text is ours; every other one starts from the same page of
HTML, as somebody would write an article and print it, send it, or publish it. Nothing of the tutor's reads or writes
these files; what it makes of them is measured in formats.py.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from pathlib import Path

from ingest.errors import TutorError

_SECONDS = 300  # for one call of a tool, on a busy machine


class FormatError(TutorError):
    """A tool is missing, failed, or wrote nothing; or there is nothing to write."""


class Tool(StrEnum):
    """A program that writes documents."""

    PANDOC = "pandoc"
    LIBREOFFICE = "libreoffice"
    CHROMIUM = "chromium"
    XELATEX = "xelatex"

    @property
    def program(self) -> str:
        """Where it is on this machine, "" if it is not."""
        return next(filter(None, map(shutil.which, _PROGRAMS[self])), "")

    @property
    def absent(self) -> str:
        """What to say if it is missing."""
        return f"{self} is missing; install it: apt-get install {_PACKAGES[self]}"


_PROGRAMS = {
    Tool.PANDOC: ("pandoc",),
    Tool.LIBREOFFICE: ("soffice", "libreoffice"),
    Tool.CHROMIUM: ("chromium", "chromium-browser", "google-chrome"),
    Tool.XELATEX: ("xelatex",),
}
_PACKAGES = {
    Tool.PANDOC: "pandoc",
    Tool.LIBREOFFICE: "libreoffice-writer-nogui",
    Tool.CHROMIUM: "chromium",
    Tool.XELATEX: "texlive-xetex texlive-fonts-recommended fonts-liberation",
}


@dataclass(frozen=True, slots=True)
class Page:
    """An article to be written: the name of its files, its title and its paragraphs."""

    name: str
    title: str
    paragraphs: tuple[str, ...]

    def as_text(self) -> str:
        """The title, then the paragraphs, with blank lines between."""
        return "\n\n".join([self.title, *self.paragraphs]) + "\n"

    def as_html(self, *, heading: bool, style: str = "") -> str:
        """A whole page. Without `heading` the title stands in its head only, where pandoc takes it from."""
        title = escape(self.title)
        body = [f"<h1>{title}</h1>"] if heading else []
        body += [f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs]
        css = style.replace("TITLE", self.title.replace("\\", "").replace('"', ""))
        head = f'<meta charset="utf-8"><title>{title}</title><style>{css}</style>'
        return (
            f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>\n' + "\n".join(body) + "\n</body></html>\n"
        )


#: Two columns with a rule between them, the title as running head, numbered pages: a printed handout.
_HANDOUT = """
@page { size: A4; margin: 22mm 18mm;
  @top-left { content: "TITLE"; font: italic 9pt serif }
  @bottom-center { content: counter(page); font: 9pt serif } }
body { column-count: 2; column-gap: 8mm; column-rule: 0.5pt solid; font: 10pt/1.35 serif; text-align: justify }
h1 { column-span: all; font-size: 18pt }
p { margin: 0 0 2mm }
"""

Write = Callable[[Sequence[Page], Path], None]


@dataclass(frozen=True, slots=True)
class Version:
    """A format as a tool writes it. `write` puts one file for each page into a folder; the last of `tools` writes the
    file, those before it what it is made from."""

    name: str
    suffix: str
    tools: tuple[Tool, ...]
    write: Write


def _text(pages: Sequence[Page], folder: Path) -> None:
    for page in pages:
        (folder / f"{page.name}.txt").write_text(page.as_text(), encoding="utf-8", newline="")


def _pandoc(suffix: str, *options: str, heading: bool = False) -> Write:
    def write(pages: Sequence[Page], folder: Path) -> None:
        for page in pages:
            target = folder / f"{page.name}{suffix}"
            _run(Tool.PANDOC, ["-f", "html", *options, "-o", str(target)], page.as_html(heading=heading))

    return write


def _typeset(pages: Sequence[Page], folder: Path) -> None:
    """Each page by LaTeX in two columns, with words cut at line ends, ligatures, and the title as running head."""
    for page in pages:
        head = (
            rf"\usepackage{{fancyhdr}}\pagestyle{{fancy}}\fancyhead{{}}\fancyhead[L]{{{page.title.translate(_LATEX)}}}"
        )
        options = ("classoption=twocolumn", "lang=en", "geometry:margin=2cm", "mainfont=Liberation Serif")
        set_to = [f"--variable={option}" for option in (*options, f"header-includes={head}")]
        wanted = ["-f", "html", "--pdf-engine=xelatex", *set_to, "-o", str(folder / f"{page.name}.pdf")]
        _run(Tool.PANDOC, wanted, page.as_html(heading=False))


_LATEX = {ord(char): f"\\{char}" for char in "#$%&_{}"} | dict.fromkeys(map(ord, "\\^~"), " ")


def _libreoffice(suffix: str) -> Write:
    """From Word documents that pandoc wrote, all in one call. A profile of its own: one may be open already."""

    def write(pages: Sequence[Page], folder: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="tutor-office-", ignore_cleanup_errors=True) as name:
            made = Path(name) / "made"
            made.mkdir()
            _WORD.write(pages, made)
            profile = f"-env:UserInstallation={(Path(name) / 'profile').as_uri()}"
            files = [str(made / f"{page.name}.docx") for page in pages]
            wanted = ["--headless", "--convert-to", suffix.removeprefix("."), "--outdir", str(folder), *files]
            _run(Tool.LIBREOFFICE, [profile, *wanted])

    return write


def _printed(pages: Sequence[Page], folder: Path) -> None:
    """Each page printed by Chromium. As root it runs only without its sandbox; it opens nothing but these files."""
    with tempfile.TemporaryDirectory(prefix="tutor-printed-", ignore_cleanup_errors=True) as name:
        for page in pages:
            shown = Path(name) / f"{page.name}.html"
            shown.write_text(page.as_html(heading=True, style=_HANDOUT), encoding="utf-8")
            target = f"--print-to-pdf={folder / page.name}.pdf"
            flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={name}/profile"]
            _run(Tool.CHROMIUM, [*flags, "--no-pdf-header-footer", target, shown.as_uri()])


TEXT = Version("text", ".txt", (), _text)
_WORD = Version("docx, pandoc", ".docx", (Tool.PANDOC,), _pandoc(".docx"))
_OFFICE = (Tool.PANDOC, Tool.LIBREOFFICE)

#: What is compared with TEXT.
VERSIONS: tuple[Version, ...] = (
    Version("Markdown, pandoc", ".md", (Tool.PANDOC,), _pandoc(".md", "-t", "gfm", heading=True)),
    Version("HTML, pandoc", ".html", (Tool.PANDOC,), _pandoc(".html", "--standalone")),
    Version("EPUB, pandoc", ".epub", (Tool.PANDOC,), _pandoc(".epub")),
    _WORD,
    Version("docx, LibreOffice", ".docx", _OFFICE, _libreoffice(".docx")),
    Version("HTML, LibreOffice", ".html", _OFFICE, _libreoffice(".html")),
    Version("PDF, LibreOffice", ".pdf", _OFFICE, _libreoffice(".pdf")),
    Version("PDF in two columns, Chromium", ".pdf", (Tool.CHROMIUM,), _printed),
    Version("PDF in two columns, XeLaTeX", ".pdf", (Tool.PANDOC, Tool.XELATEX), _typeset),
)


def available(asked: Sequence[Tool] | None) -> tuple[tuple[Version, ...], tuple[str, ...]]:
    """The versions that the tools asked for (None: all) can write here, and a line for each tool that is missing.

    Raises:
        FormatError: one that was asked for is missing, or all are.
    """
    wanted = tuple(Tool) if asked is None else tuple(asked)
    versions = [version for version in VERSIONS if version.tools[-1] in wanted]
    needed = dict.fromkeys(tool for version in versions for tool in version.tools)
    absent = [tool for tool in needed if not tool.program]
    lines = tuple(tool.absent for tool in absent)
    there = tuple(version for version in versions if not set(version.tools) & set(absent))
    if lines and (asked is not None or not there):
        raise FormatError("; ".join(lines))
    return there, lines


def write_version(version: Version, pages: Sequence[Page], folder: Path) -> None:
    """The pages written into the folder, which is made, and a catalog, so that no name of a file or title counts.

    Raises:
        FormatError: a tool failed, or left a file out.
    """
    folder.mkdir(parents=True)
    version.write(pages, folder)
    for page in pages:
        if not (folder / f"{page.name}{version.suffix}").is_file():
            raise FormatError(f"{version.name}: nothing was written for {page.title!r}. Try {version.tools[-1]} on it.")
    rows = (f'[[source]]\nid = "{p.name}"\nfile = "{p.name}{version.suffix}"\ntitle = "{p.name}"\n' for p in pages)
    (folder / "catalog.toml").write_text("\n".join(rows), encoding="utf-8")


def _run(tool: Tool, arguments: Sequence[str], given: str = "") -> None:
    try:
        done = subprocess.run(
            [tool.program, *arguments],
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FormatError(f"{tool} did not run: {error}") from error
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise FormatError(f"{tool} failed with status {done.returncode}: {said}")
