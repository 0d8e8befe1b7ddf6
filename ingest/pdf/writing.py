"""The blocks of a PDF are written out as its canonical text, each character with the glyph that it is from.

Paragraphs are parted by an empty line. The rows of a table are blocks of their own, in the words of tables.py: what
that adds (the names of columns, said again in each row) stands nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.composing import Composer
from ingest.documents import BlockKind, Span
from ingest.outline import Piece
from ingest.pdf.blocks import Group, bold
from ingest.pdf.spelling import Spelling
from ingest.pdf.text import Script, line_script, raised
from ingest.tables import Cell, write_table


def written(found: Sequence[Group]) -> tuple[Script, list[Piece]]:
    """The canonical text, and its pieces."""
    spelling = Spelling(line.text for group in found for line in group.lines)
    script = Script()
    pieces: list[Piece] = []
    before = BlockKind.PARAGRAPH
    for group in found:
        for body in _bodies(group, spelling):
            if not body.text.strip():
                continue
            near = group.kind is before and group.kind in {BlockKind.TABLE, BlockKind.NAVIGATION}
            script.add(("\n" if near else "\n\n") if script.chars else "")
            start = len(script)
            script.extend(body)
            pieces.append(Piece(group.kind, Span(start, len(script)), group.level))
            before = group.kind
    return script, pieces


def _bodies(group: Group, spelling: Spelling) -> Iterator[Script]:
    if group.rows:
        yield from _rows(group, spelling)
        return
    if group.kind is BlockKind.CODE:
        body = Script()
        for line in group.lines:
            body.add("\n" if body.chars else "")
            body.extend(line_script(line))
        yield body
        return
    body = spelling.join([line_script(line) for line in group.lines])
    yield raised(body) if group.kind is BlockKind.FOOTNOTE else body


def _rows(group: Group, spelling: Spelling) -> Iterator[Script]:
    """The rows of a table, as tables.py writes them."""
    strong = [all(bold(line) for _, _, lines in row for line in lines) for row in group.rows]
    heads = next((i for i, row in enumerate(strong) if not row), len(strong))
    cells: list[list[Cell]] = []
    for number, row in enumerate(group.rows):
        line: list[Cell] = []
        for column, spanned, lines in row:
            width = sum(cell.columns for cell in line)
            line += [Cell("")] * (column - width)
            body = spelling.join([line_script(part) for part in lines])
            line.append(Cell(" ".join(body.text.split()), number < heads < len(strong), spanned, content=body))
        cells.append(line)
    width = max(sum(cell.columns for cell in line) for line in cells)
    cells = [[*line, *[Cell("")] * (width - sum(cell.columns for cell in line))] for line in cells]
    composer = Composer()
    places: list[tuple[int, Script]] = []

    def write(cell: Cell) -> None:
        composer.write(cell.text)
        if cell.content is not None:
            places.append((composer.size - len(cell.text), cell.content))

    write_table(composer, cells, write)
    parsed = composer.parsed()
    whole = Script()
    whole.add(parsed.text)
    for start, body in places:
        if parsed.text[start : start + len(body)] == body.text:
            whole.origins[start : start + len(body)] = body.origins
    for piece in parsed.pieces:
        yield Script(
            whole.chars[piece.span.start : piece.span.end],
            whole.origins[piece.span.start : piece.span.end],
        )
