"""Plain text, wrapped at a fixed width or not."""

from ingest.sources.document import Document, Line, assemble
from ingest.sources.reflow import PlacedLine, is_hard_wrapped, reflow, vocabulary


def read_text(text: str) -> Document:
    """A document of the lines of ``text``; hard-wrapped lines are joined into paragraphs."""
    lines = text.expandtabs(4).splitlines()
    if not is_hard_wrapped([len(line.rstrip()) for line in lines]):
        return assemble((Line(line) for line in lines), "text")
    return assemble((Line(line) for line in unwrap(lines)), "text", oddities=())


def unwrap(lines: list[str]) -> list[str]:
    """Hard-wrapped lines joined into paragraphs; blank lines stay."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    width = lengths[int(len(lengths) * 0.98)]
    unwrapped: list[str] = []
    block: list[PlacedLine] = []
    words = vocabulary(lines)
    for raw in [*lines, ""]:
        line = raw.rstrip()
        if not line:
            unwrapped += [placed.text for placed in reflow(block, width, 1.0, words)]
            unwrapped.append("")
            block = []
            continue
        left = len(line) - len(line.lstrip())
        block.append(PlacedLine(line.strip(), left, len(line), 1.0))
    return unwrapped
