"""Where the words of PDFs go: each into one provision, or out with a reason, and none lost.

    make bench-pdf DOCUMENTS=folder

The words of each page are read a second time by another library (pypdf, or poppler's pdftotext where it is
installed) and compared, as a multiset for each page, with those of the text that Pacta holds for the page and those
that it left out. Words that one reader joins and the other divides (a word broken at a line's end, a mark set close
to a word) are compared by their letters. Then the words of the text are sorted by the provision they stand in: a
word of an article, a preamble or an annex must be in exactly one leaf of the tree.
"""

import argparse
import logging
import re
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from ingest.errors import DocumentError
from ingest.manifest import Entry
from ingest.models import ParsedTreaty
from ingest.parse import parse_file
from ingest.sources.pdf import read_pages, set_apart
from ingest.sources.pieces import Page

SAMPLES = Path(__file__).parents[2] / "ingest" / "samples"
_WORD = re.compile(r"[^\W_]+")
# Of the words left over on a page this many are looked at for the rest of a word that was divided.
_REACH = 40
# What a word of a text may be in: a leaf is where it ought to be, "twice" and "nowhere" are faults of the tree.
HELD = ("leaf", "heading", "number", "front", "twice", "nowhere")
Words = Mapping[int, Sequence[str]]


@dataclass
class Account:
    """What became of the words of one PDF.

    ``printed`` counts them as the second reading has them, ``held`` those of the text by where they are (HELD),
    ``left_out`` those that are no text, as (kind, page, words). ``lost`` are printed words that are in neither,
    ``added`` words of Pacta's that are not printed, each with its page.
    """

    name: str
    pages: int
    printed: int
    held: Counter[str]
    left_out: list[tuple[str, int, str]]
    lost: list[tuple[int, str]] = field(default_factory=list)
    added: list[tuple[int, str]] = field(default_factory=list)

    @property
    def in_one_leaf(self) -> float:
        """The share of the words of articles, preamble and annexes that are in exactly one leaf."""
        ought = self.held["leaf"] + self.held["twice"] + self.held["nowhere"] + len(self.lost)
        return self.held["leaf"] / max(1, ought)

    @property
    def unaccounted(self) -> float:
        """The share of the printed words that are neither in the text nor left out for a reason."""
        return len(self.lost) / max(1, self.printed)


def account_for(path: Path, second_reading: Callable[[Path], list[str]]) -> Account:
    """The account of one PDF; raises DocumentError where it cannot be parsed."""
    parsed = parse_file(Entry(path))
    source = parsed.treaty.source
    held: Counter[str] = Counter()
    ours: dict[int, list[str]] = defaultdict(list)
    for word, start, where in _words_by_provision(parsed):
        held[where] += 1
        ours[source.page_at(start) or 0].append(word)
    pages, _ = read_pages(path.read_bytes(), path.name)
    left_out = list(_left_out(pages))
    for _, page, text in left_out:
        ours[page] += words_of(text)
    printed = {page: words_of(text) for page, text in enumerate(second_reading(path), start=1)}
    lost, added = compare(printed, ours)
    # What a font cannot tell another reader guesses; three letters may be one on the page.
    unknown = {page.number: 3 * page.unknown for page in pages}
    guessed = [(page, word) for page, word in lost if 0 < _letters_lacking(page, lost, added) <= unknown[page]]
    left_out += [("unreadable", page, word) for page, word in guessed]
    lost = [entry for entry in lost if entry not in guessed]
    return Account(path.name, len(printed), sum(map(len, printed.values())), held, left_out, lost, added)


def words_of(text: str) -> list[str]:
    """The words of a text, letters and digits only, ligatures and other ways of writing a letter made alike."""
    return _WORD.findall(unicodedata.normalize("NFKC", text.replace("\u00ad", "")))


def compare(printed: Words, ours: Words) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The words, each with its page, that are printed and not ours, and that are ours and not printed."""
    lost = [entry for page in printed for entry in _difference(page, printed[page], ours.get(page, ()))]
    added = [entry for page in ours for entry in _difference(page, ours[page], printed.get(page, ()))]
    _match_divided(added, lost)
    _match_divided(lost, added)
    for page in printed:
        _match_letters(page, lost, added)
    return lost, added


def _difference(page: int, words: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The words of a page that the others lack, in their order: of a word that comes too often the last."""
    surplus = Counter(words) - Counter(others)
    kept: list[tuple[int, str]] = []
    for word in reversed(words):
        if surplus[word] > 0:
            surplus[word] -= 1
            kept.append((page, word))
    return reversed(kept)


def _match_divided(whole: list[tuple[int, str]], parts: list[tuple[int, str]]) -> None:
    """Take out of both lists each word of ``whole`` whose parts follow in ``parts``, over the end of a page too."""
    for page, word in list(whole):
        for start, (at, part) in enumerate(parts):
            if at in (page, page + 1) and word.startswith(part) and part != word:
                found = _rest(word[len(part) :], parts, start, page)
                if found is not None:
                    for place in sorted([start, *found], reverse=True):
                        del parts[place]
                    whole.remove((page, word))
                    break


def _match_letters(page: int, lost: list[tuple[int, str]], added: list[tuple[int, str]]) -> None:
    """Take out of both lists a page's words that are made of the same letters: a heading s p a c e d otherwise."""
    letters = [Counter("".join(word for at, word in words if at == page)) for words in (lost, added)]
    if letters[0] == letters[1]:
        lost[:], added[:] = ([entry for entry in words if entry[0] != page] for words in (lost, added))


def _rest(word: str, parts: list[tuple[int, str]], after: int, page: int) -> list[int] | None:
    """The places of the parts that make up the rest of a word."""
    if not word:
        return []
    for place in range(after + 1, min(len(parts), after + 1 + _REACH)):
        at, part = parts[place]
        if at in (page, page + 1) and word.startswith(part):
            rest = _rest(word[len(part) :], parts, place, page)
            if rest is not None:
                return [place, *rest]
    return None


def _words_by_provision(parsed: ParsedTreaty) -> Iterator[tuple[str, int, str]]:
    """Each word of a treaty with its offset and what it is in (HELD)."""
    text = parsed.treaty.text
    steps, headings, numbers = [0] * (len(text) + 1), bytearray(len(text)), bytearray(len(text))
    for provision in parsed.provisions:
        named = provision.kind not in ("paragraph", "point", "chapeau", "definition", "final")
        (headings if named else numbers)[provision.start : provision.body_start] = b"\1" * (
            provision.body_start - provision.start
        )
        if not parsed.children.get(provision.eid):
            steps[provision.body_start if named else provision.start] += 1
            steps[provision.end] -= 1
    leaves = list(accumulate(steps))
    first = min((p.start for p in parsed.provisions), default=0)
    for found in _WORD.finditer(text):
        at = found.start()
        if leaves[at]:
            where = "leaf" if leaves[at] == 1 else "twice"
        elif at < first:
            where = "front"
        else:
            where = "heading" if headings[at] else "number" if numbers[at] else "nowhere"
        for word in words_of(found[0]):
            yield word, at, where


def _letters_lacking(page: int, lost: list[tuple[int, str]], added: list[tuple[int, str]]) -> int:
    """How many letters the words lost on a page have more than those added there."""
    letters = [Counter("".join(word for at, word in words if at == page)) for words in (lost, added)]
    return (letters[0] - letters[1]).total()


def _left_out(pages: list[Page]) -> Iterator[tuple[str, int, str]]:
    """What the reader leaves out of the text: its kind, its page, its words."""
    set_apart(pages)
    for page in pages:
        pieces = [*page.pieces, *page.lines, *(piece for turned in page.turned.values() for piece in turned)]
        for piece in {id(piece): piece for piece in pieces}.values():
            if piece.role not in ("text", "margin heading", "unreadable"):
                yield piece.role, piece.page, piece.text


def _by_pypdf(path: Path) -> list[str]:
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    return [page.extract_text() for page in pypdf.PdfReader(path).pages]


def _by_poppler(path: Path) -> list[str]:
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], capture_output=True, text=True, check=True)
    return done.stdout.split("\f")[:-1]


READERS = {"pypdf": _by_pypdf, "poppler": _by_poppler}


def _print_account(found: Account, details: bool) -> None:
    kinds: Counter[str] = Counter()
    for kind, _, text in found.left_out:
        kinds[kind] += len(words_of(text))
    held = ", ".join(f"{kind} {found.held[kind]:,}" for kind in HELD if found.held[kind])
    out = ", ".join(f"{kind} {number:,}" for kind, number in kinds.most_common())
    print(
        f"{found.name}: {found.pages} pages, {found.printed:,} words; in one leaf {100 * found.in_one_leaf:.3f} %, "
        f"unaccounted {len(found.lost)} ({100 * found.unaccounted:.3f} %), added {len(found.added)}; "
        f"text: {held}; left out: {out or 'nothing'}"
    )
    if details:
        for title, words in (("lost", found.lost), ("added", found.added)):
            for page, word in words:
                print(f"  {title} on page {page}: {word}")
        for kind, page, text in found.left_out:
            print(f"  {kind} on page {page}: {text}")


def main() -> int:
    """The command line of ``make bench-pdf``; gives 1 where a PDF does not keep the promise."""
    parser = argparse.ArgumentParser(prog="bench-pdf", description="Account for every word of PDFs.")
    parser.add_argument("documents", nargs="*", type=Path, help="files and folders")
    parser.add_argument("--reader", choices=READERS, default="pypdf", help="what reads the pages a second time")
    parser.add_argument("--most", type=float, default=0.001, help="the share of words that may be unaccounted for")
    parser.add_argument("--details", action="store_true", help="print what was left out, lost and added")
    args = parser.parse_args()
    failed = False
    for path in args.documents or [SAMPLES]:
        for pdf in sorted(path.rglob("*.pdf")) if path.is_dir() else [path]:
            try:
                found = account_for(pdf, READERS[args.reader])
            except DocumentError as error:
                print(error)
                continue
            _print_account(found, args.details)
            failed |= found.unaccounted > args.most or 1 - found.in_one_leaf > args.most
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
