"""One invented treaty printed in every style of numbering splits into the same articles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.models import GROUPINGS
from ingest.structure import split_provisions

TITLE = "Treaty between Arvenia and Solmark on Lighthouses\n\nThe Parties, wishing to keep their coasts lit,\n\n"
BODIES = [
    "1. Each Party shall keep a lamp burning from dusk.\n2. Article 8 and the Annex apply to fog.",
    "The Parties shall share the cost of oil under\nArticle 9 and the schedule of rates.",
    "(a) wardens shall be paid monthly;\n(b) no warden shall be dismissed in winter.",
    "1. The Commission meets each spring.\n2. It decides by a majority of its members.",
]
NAMES = ["Lamps", "Cost of oil", "Wardens and their pay", "The Commission"]
WORDS = (
    "One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen "
    "Eighteen Nineteen Twenty Twenty-One Twenty-Two Twenty-Three Twenty-Four Twenty-Five"
).split()
ROMANS = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI XXII XXIII XXIV XXV".split()


def parts(n: int) -> tuple[int, int]:
    """Chapter and number in it, four articles a chapter."""
    return (n - 1) // 4 + 1, (n - 1) % 4 + 1


# Style: (the heading of article n named so, its eId, why it is here).
STYLES = {
    "Article 1": (lambda n, name: f"Article {n}\n{name}\n", lambda n: f"art_{n}"),
    "the name on the line": (lambda n, name: f"Article {n} {name}\n", lambda n: f"art_{n}"),
    "the name after a dash": (lambda n, name: f"ARTICLE {n} - {name}\n", lambda n: f"art_{n}"),
    "run in": (lambda n, name: f"Article {n}. {name}. ", lambda n: f"art_{n}"),
    "abbreviated": (lambda n, name: f"Art. {n}. {name}\n", lambda n: f"art_{n}"),
    "roman": (lambda n, name: f"ARTICLE {ROMANS[n - 1]}\n{name.upper()}\n", lambda n: f"art_{n}"),
    "in words": (lambda n, name: f"ARTICLE {WORDS[n - 1].upper()}\n\n{name}\n", lambda n: f"art_{n}"),
    "a dash before the number": (lambda n, name: f"Article - {n}\n{name}\n", lambda n: f"art_{n}"),
    "by chapter, 1.01": (
        lambda n, name: f"Article {parts(n)[0]}.{parts(n)[1]:02d}: {name}\n",
        lambda n: f"art_{parts(n)[0]}.{parts(n)[1]:02d}",
    ),
    "by chapter, 1.01, without the word": (
        lambda n, name: f"{parts(n)[0]}.{parts(n)[1]:02d} {name}\n",
        lambda n: f"art_{parts(n)[0]}.{parts(n)[1]:02d}",
    ),
    "by lettered chapter, C-01": (
        lambda n, name: f"Article {chr(64 + parts(n)[0])}-{parts(n)[1]:02d}: {name}\n",
        lambda n: f"art_{chr(96 + parts(n)[0])}-{parts(n)[1]:02d}",
    ),
    "by roman chapter, I.1": (
        lambda n, name: f"Article {ROMANS[parts(n)[0] - 1]}.{parts(n)[1]}\n{name}\n",
        lambda n: f"art_{ROMANS[parts(n)[0] - 1].lower()}.{parts(n)[1]}",
    ),
    "by chapters of a hundred, 101": (
        lambda n, name: f"Article {100 * parts(n)[0] + parts(n)[1]}: {name}\n",
        lambda n: f"art_{100 * parts(n)[0] + parts(n)[1]}",
    ),
    "with No.": (lambda n, name: f"Article No. {n}\n{name}\n", lambda n: f"art_{n}"),
    "in brackets": (lambda n, name: f"[Article {n}]\n{name}\n", lambda n: f"art_{n}"),
    "a number alone": (lambda n, name: f"{n}\n{name}\n", lambda n: f"art_{n}"),
    "a number and a name": (lambda n, name: f"{n}. {name}\n\n", lambda n: f"art_{n}"),
    "sections": (lambda n, name: f"Section {n}. {name}\n", lambda n: f"art_{n}"),
    "rules": (lambda n, name: f"Rule {n}\n{name}\n", lambda n: f"art_{n}"),
}


@pytest.mark.parametrize("style", list(STYLES))
@given(count=st.integers(4, 25), offset=st.integers(0, 3), chapters=st.booleans())
def test_every_style_gives_the_same_articles(style: str, count: int, offset: int, chapters: bool) -> None:
    heading, eid = STYLES[style]
    text, starts = TITLE, {}
    for n in range(1, count + 1):
        if chapters and n % 4 == 1 and style != "sections":
            text += f"CHAPTER {ROMANS[n // 4]}\nMatters of coast and sea\n\n"
        starts[eid(n)] = len(text)
        text += heading(n, NAMES[(n + offset) % 4]) + BODIES[(n + offset) % 4] + "\n\n"
    found = [p for p in split_provisions(text).provisions if p.kind == "article"]
    assert [p.eid for p in found] == list(starts)
    assert [text[p.start : p.end].split("\n")[0].strip() for p in found] == [
        text[start:].split("\n")[0].strip() for start in starts.values()
    ]


@given(count=st.integers(3, 25), offset=st.integers(0, 3))
def test_a_text_without_line_breaks(count: int, offset: int) -> None:
    bodies = [BODIES[(n + offset) % 4].replace("\n", " ") for n in range(1, count + 1)]
    text = TITLE + " ".join(f"Article {n} {body}" for n, body in enumerate(bodies, start=1))
    found = [p for p in split_provisions(text).provisions if p.kind == "article"]
    assert [p.eid for p in found] == [f"art_{n}" for n in range(1, count + 1)]
    assert [text[p.body_start : p.end] for p in found] == bodies


CHAPTERS = [
    pytest.param("CHAPTER {roman} Matters of coast and sea", "chp", id="in capitals"),
    pytest.param("Chapter {n} - Matters of coast and sea, of the fog and of all that darkens them", "chp", id="long"),
    pytest.param("SECTION {letter}: Matters of coast and sea", "sec", id="sections by letter"),
    pytest.param("TITLE {roman}", "title", id="without a name"),
    pytest.param("Part {word} Matters of coast and sea", "part", id="in words"),
]


@pytest.mark.parametrize(("printed", "prefix"), CHAPTERS)
def test_chapters_in_a_text_without_line_breaks(printed: str, prefix: str) -> None:
    text = TITLE
    for n in range(1, 9):
        if n % 4 == 1:
            at = n // 4
            text += printed.format(n=at + 1, roman=ROMANS[at], letter="AB"[at], word=WORDS[at]) + " "
        text += f"Art. {n}. {NAMES[n % 4]} {BODIES[n % 4]} ".replace("\n", " ")
    provisions = split_provisions(text).provisions
    assert [p.number for p in provisions if p.kind == "article"] == [str(n) for n in range(1, 9)]
    assert [p.eid.rpartition("_")[0] for p in provisions if p.kind in GROUPINGS] == [prefix, prefix]


def test_chapters_that_are_only_mentioned_in_a_text_without_line_breaks() -> None:
    body = "The lamps burn. Part II of Article 2 and Section 3 apply. Chapter 1 and Article 3 do not."
    provisions = split_provisions(TITLE + " ".join(f"Article {n} {body}" for n in range(1, 6))).provisions
    assert [p.number for p in provisions if p.kind in {"article", *GROUPINGS}] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("style", ["ARTICLE ONE", "Article 1.01", "ARTICLE IV", "Article 25 BIS"])
def test_other_numbers_in_a_text_without_line_breaks(style: str) -> None:
    printed = {
        "ARTICLE ONE": [f"ARTICLE {word.upper()}" for word in WORDS[:8]],
        "Article 1.01": [f"Article 1.{n:02d}" for n in range(1, 9)],
        "ARTICLE IV": [f"ARTICLE {roman}" for roman in ROMANS[:8]],
        "Article 25 BIS": ["Article 24", "Article 25", "Article 25 BIS", "Article 25 TER", "Article 26"],
    }[style]
    text = TITLE + " ".join(f"{number} {BODIES[n % 4]}".replace("\n", " ") for n, number in enumerate(printed))
    found = [p for p in split_provisions(text).provisions if p.kind == "article"]
    assert [text[p.start :].startswith(number) for p, number in zip(found, printed, strict=True)] == [True] * len(found)


def test_contents_with_dots_are_no_articles() -> None:
    contents = "".join(f"Article {n} {NAMES[n % 4]} .......... {n + 2}\n" for n in range(1, 9))
    articles = "".join(f"Article {n}\n{NAMES[n % 4]}\n{BODIES[n % 4]}\n\n" for n in range(1, 9))
    text = f"CONTENTS\n{contents}\n{TITLE}{articles}"
    found = [p for p in split_provisions(text).provisions if p.kind == "article"]
    assert [p.eid for p in found] == [f"art_{n}" for n in range(1, 9)]
    assert found[0].start > len(contents)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Dear Sir,\n\n1. Thank you for the fish.\n2. It was fresh.\n\nYours", "two numbers make no treaty"),
        ("Shopping\n\nbread\nmilk\n12 eggs\n", "an amount"),
        ("Chapter 4\n\nIt was night. The lamp was out.\n", "a novel"),
    ],
)
def test_numbers_that_make_no_treaty(text: str, why: str) -> None:
    assert [p.eid for p in split_provisions(text).provisions if p.kind == "article"] == [], why
