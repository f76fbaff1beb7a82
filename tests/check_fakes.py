"""A report on an invented text about the sample treaties, with every verdict, as checking would give it.

What is drawn on a terminal or a page is tested with it; whether such verdicts are found is tested elsewhere.
"""

from typing import Any

from ingest.models import ParsedTreaty
from service.check.models import (
    MOST_CHARACTERS,
    Attributed,
    Checked,
    Claim,
    Form,
    Op,
    Piece,
    Referred,
    Report,
    Stretch,
    Told,
    Verdict,
    Weight,
)
from service.citations import cite
from service.errors import TextEmpty, TextTooLong
from service.models import Citation
from service.spans import Extract

TEXT = """Solmark’s guarantee, one year on

Article 5(2) of the Treaty of Velmora says that “Neither Party shall allow its territory to be used by a third State \
for the purpose of an armed attack upon the other Party.” Under Article 4, “the other Party may, at the request of \
the Party attacked, afford it military assistance by every means at its disposal”. The government's paper is dated \
12 May & <b>unsigned</b>.

Article 9 of the same treaty provides that “neither Party shall conclude with a third State any treaty aimed at the \
frontiers of the other Party”. According to Article 4(3) the Parties shall try to agree on the form of the assistance \
within 72 hours of the request. It also obliges them, under Article 4(4), to inform the press at once, as \
Article 51 of the Charter of the United Nations has it.

Article 40 of the Treaty of Velmora bans foreign bases. The Treaty of Nowhere says that fishing is free. And \
the treaty, he said, is “about friendship”.
"""
Row = tuple[Op, str, str, Weight, str]
_ALTERED: tuple[Row, ...] = (
    ("same", "the other Party", "the other Party", "none", ""),
    ("changed", "may", "shall", "changes", "“shall” is a duty, “may” leaves it open."),
    ("same", ", at the request of the Party attacked", ", at the request of the Party attacked", "none", ""),
    ("dropped", "", "and without awaiting the outcome of any consultations under Article 3", "may_change",
     "A condition is left out."),
    ("same", ", afford it military", ", afford it military", "none", ""),
    ("dropped", "", "and other", "harmless", ""),
    ("same", "assistance by every means at its disposal", "assistance by every means at its disposal", "none", ""),
)  # fmt: skip


def _stretch(words: str) -> Stretch:
    start = TEXT.index(words)
    return Stretch(start, start + len(words), words)


def _quoted(parsed: ParsedTreaty, eid: str, words: str = "") -> Citation:
    """A citation of words of a provision, or of all of it."""
    provision = parsed.by_eid[eid]
    start = parsed.treaty.text.index(words, provision.start) if words else provision.body_start
    return cite(parsed, Extract(provision, start, start + len(words) if words else provision.end), 1)


def _pieces(rows: tuple[Row, ...], claimed: Stretch, held: Citation) -> tuple[Piece, ...]:
    """Pieces with their offsets, each looked for after the one before it."""
    pieces, at, held_at = [], 0, 0
    for op, words, treaty_words, weight, reason in rows:
        start = claimed.text.index(words, at)
        held_start = held.quote.index(treaty_words, held_at)
        at, held_at = start + len(words), held_start + len(treaty_words)
        pieces.append(
            Piece(op, words, treaty_words, claimed.start + start, claimed.start + at, held.start + held_start,
                  held.start + held_at, weight, reason)
        )  # fmt: skip
    return tuple(pieces)


def fake_report(index: Any) -> Report:
    """The report on TEXT; the index holds ``arvenia-solmark``."""
    velmora = index.treaties["arvenia-solmark"]
    title, claims = velmora.treaty.title, []

    def claim(
        statement: str, content: str, attribution: str | None, verdict: Verdict, explanation: str, *, form: Form,
        label: str | None, eids: tuple[str, ...] = (), told: Told = "named", why: str = "", held: bool = True,
        treaty: str | None = title, confidence: float = 0.9, **more: Any,
    ) -> None:  # fmt: skip
        attributed = Attributed(
            "arvenia-solmark" if held else None, treaty, told, eids, label, "named" if label else "unknown", why
        )
        stretch = _stretch(attribution) if attribution else None
        made = Claim(_stretch(statement), _stretch(content), stretch, form, attributed)
        claims.append(Checked(len(claims) + 1, made, verdict, confidence, explanation, **more))

    words = "Neither Party shall allow its territory to be used by a third State for the purpose of an armed attack " \
            "upon the other Party."  # fmt: skip
    held = _quoted(velmora, "art_5__para_2", words)
    claim(f"Article 5(2) of the Treaty of Velmora says that “{words}”", words, "Article 5(2) of the Treaty of Velmora",
          "verbatim", "The words are those of the treaty.", form="quotation", label="Article 5, paragraph 2",
          eids=("art_5__para_2",), confidence=0.99, provision=held,
          pieces=_pieces((("same", words, words, "none", ""),), _stretch(words), held))  # fmt: skip
    words = "the other Party may, at the request of the Party attacked, afford it military assistance by every " \
            "means at its disposal"  # fmt: skip
    held = _quoted(velmora, "art_4__para_1")
    claim(f"Under Article 4, “{words}”", words, "Under Article 4", "altered",
          "“shall” became “may”, and a condition is left out.", form="quotation", label="Article 4",
          eids=("art_4",), told="context", why="The sentence before speaks of this treaty.", provision=held,
          pieces=_pieces(_ALTERED, _stretch(words), held))  # fmt: skip
    words = "neither Party shall conclude with a third State any treaty aimed at the frontiers of the other Party"
    claim(f"Article 9 of the same treaty provides that “{words}”", words, "Article 9 of the same treaty",
          "misattributed", "These words stand in Article 5, not in Article 9.", form="quotation", label="Article 9",
          eids=("art_9",), told="context", why="“the same treaty” is the one named last.",
          provision=_quoted(velmora, "art_9"), elsewhere=(_quoted(velmora, "art_5__para_1"),))  # fmt: skip
    words = "the Parties shall try to agree on the form of the assistance within 72 hours of the request"
    claim(f"According to Article 4(3) {words}", words, "According to Article 4(3)", "paraphrase_supported",
          "The provision says this in other words.", form="paraphrase", label="Article 4, paragraph 3",
          eids=("art_4__para_3",), told="context", provision=_quoted(velmora, "art_4__para_3"))  # fmt: skip
    words = "to inform the press at once"
    claim(f"It also obliges them, under Article 4(4), {words}", words, "under Article 4(4)", "paraphrase_unsupported",
          "The provision speaks of the Security Council, not of the press.", form="paraphrase",
          label="Article 4, paragraph 4", eids=("art_4__para_4",), told="context",
          provision=_quoted(velmora, "art_4__para_4"), missing=("the press",), confidence=0.71)  # fmt: skip
    claim("Article 40 of the Treaty of Velmora bans foreign bases", "bans foreign bases",
          "Article 40 of the Treaty of Velmora", "not_found", "The treaty has 22 articles; none is numbered 40.",
          form="paraphrase", label="Article 40")  # fmt: skip
    claim("The Treaty of Nowhere says that fishing is free", "fishing is free", "The Treaty of Nowhere", "not_held",
          "No treaty of this name is held.", form="paraphrase", label=None, held=False,
          treaty="Treaty of Nowhere")  # fmt: skip
    claim("the treaty, he said, is “about friendship”", "about friendship", None, "unclear",
          "Which treaty is meant cannot be told.", form="quotation", label=None, told="unknown", held=False,
          treaty=None, confidence=0.4)  # fmt: skip
    references = (
        Referred(_stretch("Article 51 of the Charter of the United Nations"), None, "Charter of the United Nations",
                 (), "Article 51", "not_held"),
    )  # fmt: skip
    return Report(TEXT, tuple(claims), references, len(index.treaties), index.generation, {"total": 12.5})


def empty_report(text: str, index: Any) -> Report:
    """The report on a text that says nothing of any treaty."""
    return Report(text, (), (), len(index.treaties), index.generation, {"total": 0.5})


def fake_check(text: str, index: Any) -> Report:
    """Stands in for checking: knows TEXT, and finds that each treaty held is misquoted whose title a text has."""
    if not text.strip():
        raise TextEmpty
    if len(text) > MOST_CHARACTERS:
        raise TextTooLong(len(text), MOST_CHARACTERS)
    if "boom" in text:
        raise ZeroDivisionError("a secret detail")
    if text.strip() == TEXT.strip() and "arvenia-solmark" in index.treaties:
        return fake_report(index)
    claims = []
    for treaty_id, parsed in index.treaties.items():
        if (start := text.find(parsed.treaty.title)) < 0:
            continue
        stretch = Stretch(start, len(text), text[start:])
        attributed = Attributed(treaty_id, parsed.treaty.title, "named", ("art_1",), "Article 1", "named")
        claims.append(
            Checked(len(claims) + 1, Claim(stretch, stretch, None, "quotation", attributed), "altered", 0.8,
                    "The words differ.", provision=_quoted(parsed, "art_1"))
        )  # fmt: skip
    return Report(text, tuple(claims), (), len(index.treaties), index.generation)
