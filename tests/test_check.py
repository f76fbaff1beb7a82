"""A text is checked: every claim about a treaty has its verdict, with the treaty's own words beside it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest import build
from ingest.index import Index, open_index
from ingest.manifest import find_entries
from ingest.settings import Settings
from service.check.check import MOST_CHARACTERS, check_text
from service.check.models import VERDICTS, Report
from service.errors import TextEmpty, TextTooLong
from service.grounding import is_grounded

SHARED = Path(__file__).parents[2] / "shared"
V = "The Treaty of Velmora is debated again. "
CALL = "The consultations shall open within forty-eight hours of the call."

# Text, the verdict on its last claim, the provision it is about, why.
VERDICT_OF = [
    (V + f"Article 3 reads: “{CALL}”", "verbatim", "art_3", "word for word"),
    (V + "Article 3: 'the consultations [in question] shall open within 48 hours … of the call'", "verbatim", "art_3",
     "differences that change nothing"),
    (V + f"The treaty says that “{CALL}”", "verbatim", "art_3", "the treaty named, the article found"),
    (V + "Article 3 reads: “The consultations may open within forty-eight hours of the call.”", "altered", "art_3",
     "may for shall"),
    (V + "Article 3 reads: “The consultations shall open within seventy-two hours of the call.”", "altered", "art_3",
     "another number"),
    (V + "Article 5: “Neither Party shall allow its territory to be used by a third State …”", "verbatim", "art_5",
     "dots where only a purpose is left out"),
    (V + "Article 9 reads: “Neither Party is bound to extradite its own nationals.”", "misattributed", "art_9",
     "the words are another article's"),
    ("Article 3 of the Tessara Convention reads: “Neither Party is bound to extradite its own nationals.”",
     "misattributed", "art_3", "the words are another treaty's"),
    (V + "Article 3 reads: “Every lighthouse keeper shall be given a new coat each winter.”", "not_found", "art_3",
     "words that stand nowhere"),
    (V + "Article 31 gives the parties free rail travel.", "not_found", None, "there is no such article"),
    ("Article 5 of the Treaty of Versailles bars submarines.", "not_held", None, "a treaty known, not held"),
    ("Article 5 of the Karsk Accord bars submarines.", "not_held", None, "a treaty nobody has heard of"),
    ("Under the treaty, the parties must keep sheep.", "unclear", None, "no treaty named"),
    (V + "Article 3 says the consultations have to open within 48 hours of the call.", "paraphrase_supported", "art_3",
     "said in other words"),
    (V + "Article 3 says the consultations must open within ten days of the call.", "paraphrase_unsupported", "art_3",
     "another number"),
    (V + "Article 3 says the consultations shall open within forty-eight hours of the call.", "paraphrase_supported",
     "art_3", "its very words without marks"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdict", "eid", "why"), VERDICT_OF, ids=[row[3] for row in VERDICT_OF])
def test_verdicts(sample_index: Index, text: str, verdict: str, eid: str | None, why: str) -> None:
    claim = check_text(text, sample_index).claims[-1]
    assert claim.verdict == verdict, (why, claim.explanation)
    assert claim.explanation
    assert claim.claim.attributed.eids[:1] == ((eid,) if eid else ())
    if verdict == "misattributed":
        assert claim.elsewhere[0].eid.startswith("art_17")
    if verdict == "altered":
        assert any(piece.weight == "changes" and piece.reason for piece in claim.pieces)
    if verdict == "paraphrase_unsupported":
        assert claim.missing


def test_all_verdicts_are_tried() -> None:
    assert {row[1] for row in VERDICT_OF} == set(VERDICTS)


def test_every_quotation_is_the_treatys_text_and_every_offset_the_texts(sample_index: Index) -> None:
    text = "\n\n".join(row[0] for row in VERDICT_OF)
    report = check_text(text, sample_index)
    assert len(report.claims) >= len(VERDICT_OF) - 1
    for claim in report.claims:
        stretches = [claim.claim.statement, claim.claim.content, *filter(None, [claim.claim.attribution])]
        assert all(text[s.start : s.end] == s.text for s in stretches)
        assert all(text[p.start : p.end] == p.claimed for p in claim.pieces if p.claimed and not p.claimed.isspace())
        cited = [c for c in (claim.provision, *claim.elsewhere) if c]
        assert all(is_grounded(citation, sample_index.treaties) for citation in cited)
        assert 0 <= claim.confidence <= 1
    assert [c.number for c in report.claims] == list(range(1, len(report.claims) + 1))


def test_what_is_only_mentioned_is_a_reference(sample_index: Index) -> None:
    text = (
        V + "Solmark acted under Article 4, and in line with Article 51 of the UN Charter. Article 99 was not invoked."
    )
    report = check_text(text, sample_index)
    assert report.claims == ()
    assert [(r.label, r.status) for r in report.references] == [
        ("Article 4", "held"), ("Article 51", "not_held"), ("Article 99", "no_such_provision"),
    ]  # fmt: skip
    assert report.references[0].citation is not None


def test_words_of_a_treaty_that_the_reader_may_not_see_are_not_found(sample_index: Index) -> None:
    text = "Article 3 of the Tessara Convention reads: “Neither Party is bound to extradite its own nationals.”"
    less = sample_index.without(frozenset({"arvenia-solmark"}))
    claim = check_text(text, less).claims[0]
    assert claim.verdict == "not_found"
    assert "Velmora" not in str(claim.to_json())


def test_a_text_without_claims_has_none(sample_index: Index) -> None:
    report = check_text("The lake was calm. Nobody spoke of treaties.", sample_index)
    assert (report.claims, report.references) == ((), ())


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_an_empty_text_is_refused(sample_index: Index, text: str) -> None:
    with pytest.raises(TextEmpty):
        check_text(text, sample_index)


def test_a_text_that_is_too_long_is_refused(sample_index: Index) -> None:
    with pytest.raises(TextTooLong, match="300,000"):
        check_text("a " * (MOST_CHARACTERS // 2 + 1), sample_index)


def test_text_full_of_marks_is_read_in_time(sample_index: Index) -> None:
    marks = "“" * 3000 + "Article 4 " * 500 + "'\"" * 2000 + "(" * 2000 + "the treaty, " * 300
    assert check_text(marks, sample_index).treaties == len(sample_index.treaties)


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """The report that Pacta began from, against the excerpt of the treaty that it is about and the UN Charter."""
    reports = sorted((SHARED / "seed").glob("*.txt"))
    if not reports:
        pytest.skip("../shared/seed is not here")
    wanted = {"russia-dprk-2024", "un-charter"}
    home = tmp_path_factory.mktemp("seed")
    entries = [entry for entry in find_entries([SHARED / "corpus"]) if entry.id in wanted]
    assert build.ingest(entries, Settings(home=home)).failures == []
    with closing(open_index(home)) as index:
        yield check_text(reports[0].read_text("utf-8"), index)


# How each attribution of the report begins, in its order, with the article and the verdict.
SEED_TABLE = [
    ("this treaty has separate clauses", None, "not_held"),
    ("fourth article of the treaty", "art_4", "paraphrase_supported"),
    ("third article, which states", "art_3", "paraphrase_supported"),
    ("The treaty also includes Article 8", "art_8", "verbatim"),
    ("Article 16 states", "art_16", "verbatim"),
    ("the agreement states that the parties should not enter", None, "not_held"),
]


def test_the_first_report_is_judged(seed: Report) -> None:
    found = [(c.claim.statement.text, c.claim.attributed, c.verdict) for c in seed.claims]
    assert len(found) == len(SEED_TABLE)
    for (text, attributed, verdict), (begins, eid, expected) in zip(found, SEED_TABLE, strict=True):
        assert text.startswith(begins)
        assert (attributed.treaty_id, attributed.eids, verdict) == (
            "russia-dprk-2024", (eid,) if eid else (), expected,
        )  # fmt: skip
    assert [(r.stretch.text, r.eids, r.status) for r in seed.references] == [
        ("Article 51 of the UN Charter", ("art_51",), "held"),
    ]  # fmt: skip


# A quotation of the treaty's very words, and what the words around it make of it.
TURNED = [
    (V + "Article 5 says that its territory may be “used by a third State for the purpose of an armed attack”.",
     "altered", "cut from its denial"),
    (V + "Article 5 allows a party to “allow its territory to be used by a third State”.", "altered",
     "a ban made a right"),
    (V + "Article 5 forbids a party to “allow its territory to be used by a third State”.", "verbatim",
     "a ban told as one"),
    (V + "Article 17 says that neither side “is bound to extradite its own nationals”.", "verbatim",
     "the denial is told, too"),
    (V + f"Article 3 does not say that “{CALL}”", "paraphrase_unsupported", "said not to be there"),
    (V + f"It is a myth that Article 3 says “{CALL}”", "paraphrase_unsupported", "said to be a myth"),
    (V + "Article 3 says that only Solmark’s consultations “shall open within forty-eight hours of the call”.",
     "altered", "a limit that is not there"),
    (V + f"Contrary to Article 3, “{CALL}”", "paraphrase_unsupported", "said to be otherwise"),
    (V + f"Although Solmark did not admit it, Article 3 says “{CALL}”", "verbatim", "a denial of something else"),
    (V + "Article 17(1) says that “neither Party is bound to extradite its own nationals”.", "misattributed",
     "another paragraph's words"),
    (V + "Article 5: “Neither Party shall [not] allow its territory to be used by a third State …”", "altered",
     "a denial in brackets"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdict", "why"), TURNED, ids=[row[2] for row in TURNED])
def test_words_around_a_quotation_count(sample_index: Index, text: str, verdict: str, why: str) -> None:
    assert check_text(text, sample_index).claims[-1].verdict == verdict, why


# Paraphrases in the article's own words with one thing turned round; none may pass for right.
REVERSED = [
    (
        V + "Article 5 says each party may allow its territory to be used by a third State for an armed attack.",
        "a denial",
    ),
    (V + "Article 17 says each party is bound to extradite its own nationals.", "a denial in front"),
    (V + "Article 3 says the consultations must open within forty-eight days of the call.", "a unit"),
    (
        V + "Article 15 says each party need not inform the other within twenty-four hours of a serious incident.",
        "a duty",
    ),
]


@pytest.mark.parametrize(("text", "why"), REVERSED, ids=[row[1] for row in REVERSED])
def test_a_paraphrase_turned_round_is_not_supported(sample_index: Index, text: str, why: str) -> None:
    assert check_text(text, sample_index).claims[-1].verdict != "paraphrase_supported", why


@pytest.mark.parametrize(
    "unit", ["“", "Article 5, ", ".", "… ", "the treaty ", "1", "'word ", "Article 5 says “x y z”. "]
)
def test_any_text_is_read(sample_index: Index, unit: str) -> None:
    text = (unit * 6000)[:6000]
    report = check_text(text, sample_index)
    assert all(text[c.claim.statement.start : c.claim.statement.end] == c.claim.statement.text for c in report.claims)
