"""Pages that set a treaty in two languages side by side: the language asked for is kept, the others are left out.

Some pages mark the languages with ``lang``, ``data-lang`` or a class ("en-content"); on others the blocks
themselves tell, whether they stand in columns, one below the other or one text behind the other.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise

from lxml import etree
from lxml.html import HtmlElement

from ingest.language import NAMES, tell_language
from ingest.numbers import print_number, read_number
from ingest.sources.html_lines import Block, Piece
from ingest.sources.html_page import NEVER, Page, is_block, letters_of, names_article

_LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar", "de", "nl", "it", "pt", "ja")
_LANGUAGE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:lang[-_])?({})(?:[-_](?:content|text|lang))?(?:$|\s)".format("|".join(_LANGUAGES))
)
_CHINESE_ARTICLE = re.compile(
    r"第([零〇一二三四五六七八九十百廿卅之]+)[條条](之[一二三四五六七八九十]+)?"
    r"(?:\s*Art\. [一二三四五六七八九十百之]+)?"
)
# What stands above the columns.
_OWN_NAMES = frozenset(
    "english français anglais french español spanish русский russian 中文 العربية deutsch nederlands".split()
)
# A language is one of a page's where at least this share of the letters or blocks is in it.
_LETTERS = 0.1
_BLOCKS = 0.25
# A block tells its language by this many of the small words; fewer may be a name. Once the page is known to have
# two languages, one small word tells them apart.
_SMALL_WORDS = 3
# So many blocks tell whether a page may have two languages.
_SAMPLE = 200
# How far around a block is looked for what stands with it.
_NEAR = 6


# -- languages that the page marks ---------------------------------------------------------------------------


def leave_out_other_languages(page: Page, root: HtmlElement, language: str, out: set[HtmlElement]) -> bool:
    """Add the blocks marked as being in another language to what is left out; whether the page is bilingual.

    Marks inside a line are left alone ("<i lang=la>bona fide</i>"), and so are blocks that are in the language
    asked for whatever their mark says: word processors mark by the keyboard that was used.
    """
    marks = {element: mark for element in root.iter(etree.Element) if element.attrib and (mark := _mark_of(element))}
    marks.pop(root, None)
    if language not in marks.values() or len(set(marks.values())) < 2:
        return False
    marked = _letters_by_mark(root, marks, out)
    whole = max(1, page.measures[root].plain + page.measures[root].linked)
    others = sum(letters for mark, letters in marked.items() if mark not in (None, language))
    if marked[language] < _LETTERS * whole or others < _LETTERS * whole:
        return False
    events = etree.iterwalk(root, events=("start",))
    for _, element in events:
        if element in out or element.tag in NEVER:
            events.skip_subtree()
        elif is_block(element) and marks.get(element, language) != language:
            if tell_language(element.text_content(), _SMALL_WORDS) != language:
                out.add(element)
            events.skip_subtree()
    return True


def _letters_by_mark(root: HtmlElement, marks: Mapping[HtmlElement, str], out: set[HtmlElement]) -> Counter[str | None]:
    """How many letters stand under each mark; None is no mark."""
    letters: Counter[str | None] = Counter()
    under: list[str | None] = [None]
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if not isinstance(element.tag, str):
            continue
        if event == "end":
            under.pop()
            if element is not root:
                letters[under[-1]] += letters_of(element.tail)
            continue
        under.append(marks.get(element) or under[-1])
        if element in out or element.tag in NEVER:
            events.skip_subtree()
        else:
            letters[under[-1]] += letters_of(element.text)
    return letters


def _mark_of(element: HtmlElement) -> str | None:
    for attribute in ("lang", "data-lang"):
        if value := element.get(attribute):
            return str(value).split("-")[0].lower()
    found = _LANGUAGE_CLASS.search(element.get("class") or "")
    return found[1] if found else None


def in_english(block: Block) -> Block:
    """A bilingual page may print "第三條" once for both languages; in English it is "Article 3"."""
    return Block([_in_english(line) for line in block.lines], block.within, block.hidden)


def _in_english(line: Piece) -> Piece:
    found = _CHINESE_ARTICLE.fullmatch(line.text)
    readings = read_number(found[1] + (found[2] or "")) if found else ()
    return Piece(f"Article {print_number(readings[0])}", heading=True) if readings else line


# -- languages that only the words tell ----------------------------------------------------------------------


def of_language(blocks: list[Block], language: str) -> tuple[list[Block], str | None]:
    """The blocks in a language and a sentence about those left out, where blocks of two languages stand together.

    A block too short to tell ("Article 2", printed in both) is in the language of what stands in the same cell or
    division. Otherwise it goes by its place: where the languages change from block to block, by turns; else it
    belongs to what follows, as a heading does.
    """
    # An odd step, or of two languages by turns one alone would be seen.
    sample = blocks[:: len(blocks) // _SAMPLE | 1]
    if not any(_language_of(block, _SMALL_WORDS) not in (None, language) for block in sample):
        return blocks, None
    told = [_language_of(block, _SMALL_WORDS) for block in blocks]
    known = Counter(code for code in told if code)
    common = [code for code, count in known.items() if count >= max(2, _BLOCKS * known.total())]
    if len(common) < 2 or language not in common:
        return blocks, None
    others = [code for code in common if code != language]
    single = _stand_singly([code for code in told if code in common])
    weak = [code or _weakly(block) for block, code in zip(blocks, told, strict=True)]
    weak = [code if code in common else None for code in weak]
    around = _languages_around(blocks, weak)
    placed = _placed([code or near for code, near in zip(weak, around, strict=True)], common, single)
    kept = [
        block
        for block, code in zip(blocks, placed, strict=True)
        if code not in others and block.lines[0].text.lower() not in _OWN_NAMES
    ]
    named = " and ".join(NAMES.get(code, code) for code in others)
    return kept, f"the {named} text beside it left out"


def _languages_around(blocks: list[Block], told: Sequence[str | None]) -> list[str | None]:
    """For each block the language of all that tells its own in the nearest element where anything does."""
    found: dict[HtmlElement, set[str]] = {}
    for block, code in zip(blocks, told, strict=True):
        for element in _near(block) if code else ():
            found.setdefault(element, set()).add(code or "")
    around: list[str | None] = []
    for block in blocks:
        codes: set[str] = next((found[element] for element in _near(block) if element in found), set())
        around.append(next(iter(codes)) if len(codes) == 1 else None)
    return around


def _near(block: Block) -> Iterator[HtmlElement]:
    """The elements around a block, the cell of a table at the most: in the next cell the other language stands."""
    for element in (block.within, *islice(block.within.iterancestors(), _NEAR)):
        yield element
        if element.tag in ("td", "th"):
            return


def _language_of(block: Block, least: int) -> str | None:
    return tell_language(" ".join(line.text for line in block.lines), least)


def _weakly(block: Block) -> str | None:
    """What one small word tells; "Article 2" has none, as it is the same in several languages."""
    return None if names_article(block.lines[0].text) else _language_of(block, 1)


def _stand_singly(codes: Sequence[str | None]) -> bool:
    """Whether the languages change from block to block rather than after several blocks."""
    changes = sum(1 for one, following in pairwise(codes) if one != following)
    return 3 * changes >= 2 * (len(codes) - 1)


def _placed(told: Sequence[str | None], order: Sequence[str], single: bool) -> list[str | None]:
    """The language of each block; None of one that all share. ``order`` is that in which they first appear."""
    placed = list(told)
    position = 0
    while position < len(placed):
        end = position
        while end < len(placed) and placed[end] is None:
            end += 1
        if end > position:
            before = placed[position - 1] if position else None
            after = placed[end] if end < len(placed) else None
            between = _by_turns if single else _with_what_follows
            placed[position:end] = between(end - position, before, after, order)
        position = end + 1
    return placed


def _with_what_follows(count: int, before: str | None, after: str | None, order: Sequence[str]) -> list[str | None]:
    return [after or before] * count


def _by_turns(count: int, before: str | None, after: str | None, order: Sequence[str]) -> list[str | None]:
    """Languages by turns between two blocks; where they do not come out even, the first block is of all."""
    if before is not None:
        turns = _turns(before, count + 1, order)
        if after in (None, turns[-1]):
            return list(turns[:-1])
    if after is None:
        return [None] * count
    turns = _turns(after, count + 1, order[::-1])[-2::-1]
    return [None, *turns[1:]] if before is not None else list(turns)


def _turns(last: str, count: int, order: Sequence[str]) -> list[str]:
    """The languages that follow one, in their order."""
    begin = order.index(last) + 1
    return [order[(begin + n) % len(order)] for n in range(count)]
