"""What in a text attributes words to a provision, what is attributed, and which provision is meant."""

import pytest

from ingest.index import Index
from service.check.anchors import anchors_in, masked
from service.check.attributed import Source, Sources
from service.check.attribution import Found, find_statements
from service.check.prose import quotations_in, sentences_in
from service.check.treaties_spoken import treaties_spoken
from service.routing import treaty_names

V = "The Treaty of Velmora was signed in 2019. "
AS, TE, VM = "arvenia-solmark", "tessara", "valdore-montrel"


def _read(text: str, index: Index) -> list[tuple[Found, Source]]:
    names = treaty_names(index)
    quotations = quotations_in(text)
    sentences = sentences_in(text, quotations)
    spoken = treaties_spoken(text, sentences, quotations, names)
    anchors = anchors_in(text, spoken, quotations, names)
    sources = Sources(spoken, index.treaties, text)
    found = find_statements(text, masked(text, anchors, quotations), sentences, anchors, quotations)
    return [(one, sources.of(one)) for one in found]


# Text, what is attributed, its form, the treaty, the provision, why it is read so.
CLAIMS = [
    ("Article 4 of the Treaty of Velmora states that neither side may stay neutral.", "neither side may stay neutral",
     "paraphrase", AS, "art_4", "the plain form"),
    ("Art. 4 of the Velmora treaty says neither side may stay neutral.", "neither side may stay neutral",
     "paraphrase", AS, "art_4", "abbreviated, and the treaty described"),
    (V + "The fourth article of the treaty states that neither side may stay neutral.", "neither side may stay neutral",
     "paraphrase", AS, "art_4", "an ordinal, and the treaty of the sentence before"),
    (V + "The treaty also includes Article 4, which states that neither side may stay neutral.",
     "neither side may stay neutral", "paraphrase", AS, "art_4",
     "one claim, of the article, though the treaty is named, too"),
    (V + "In addition, the agreement states that neither side may stay neutral.", "neither side may stay neutral",
     "paraphrase", AS, None, "called by another word, without an article"),
    (V + "Article 4 reads: “Neither Party shall stay neutral.”", "Neither Party shall stay neutral.",
     "quotation", AS, "art_4", "a quotation behind a colon"),
    (V + "“Neither Party shall stay neutral,” says Article 4.", "Neither Party shall stay neutral,",
     "quotation", AS, "art_4", "the quotation first"),
    (V + "„Neither Party shall stay neutral“, so Article 4.", "Neither Party shall stay neutral",
     "quotation", AS, "art_4", "German quotation marks"),
    (V + "Article 4: « Neither Party shall stay neutral »", " Neither Party shall stay neutral ",
     "quotation", AS, "art_4", "guillemets with spaces"),
    (V + "Article 4 says 'neither Party shall stay neutral'.", "neither Party shall stay neutral",
     "quotation", AS, "art_4", "single marks"),
    (V + "Article 4 says: “Each Party shall regard an ‘armed attack’ as one on both.”",
     "Each Party shall regard an ‘armed attack’ as one on both.", "quotation", AS, "art_4",
     "a nested quotation is part of it"),
    (V + "“Each Party,” says Article 4, “shall help the other.”", "Each Party,” says Article 4, “shall help the other.",
     "quotation", AS, "art_4", "a quotation that its source interrupts"),
    (V + "Article 4 reads as follows:\n\n“Neither Party shall stay neutral. It shall help.”",
     "Neither Party shall stay neutral. It shall help.", "quotation", AS, "art_4", "a quotation on a line of its own"),
    (V + "Under Article 4, the parties must help one another.", "the parties must help one another",
     "paraphrase", AS, "art_4", "an opening phrase"),
    (V + "According to the treaty, the parties must help one another.", "the parties must help one another",
     "paraphrase", AS, None, "an opening phrase without an article"),
    (V + "The parties are obliged under Article 4 to help one another.",
     "The parties are obliged under Article 4 to help one another", "paraphrase", AS, "art_4",
     "in the middle of what it says"),
    (V + "The parties must help one another under Article 4.", "The parties must help one another",
     "paraphrase", AS, "art_4", "behind what it says"),
    (V + "Help is guaranteed by Article 4 to either side, whatever it costs.",
     "is guaranteed by Article 4 to either side", "", AS, "art_4", "a passive"),
    ("Treaty of Velmora’s Article 4: attack on one is attack on both", "attack on one is attack on both",
     "paraphrase", AS, "art_4", "a headline without a verb"),
    ("Parties to the Tessara Convention must warn those downstream.",
    "Parties to the Tessara Convention must warn those downstream",
     "paraphrase", TE, None, "what parties must do"),
    (V + "Article 4 does not require troops.", "does not require troops", "paraphrase", AS, "art_4",
    "the denial is part of it"),
    (V + "Article 4 says the parties must help, a pledge that analysts call weak.", "the parties must help",
     "paraphrase", AS, "art_4", "what others say of it is not"),
    (V + "Article 4 says the parties must help, the minister said.", "the parties must help",
     "paraphrase", AS, "art_4", "nor who says so"),
    (V + "Article 4, which has been invoked only once, says the parties must help.", "the parties must help",
     "paraphrase", AS, "art_4", "a relative clause between"),
    (V + "Article 4 says the parties must help, campaigners argue.", "the parties must help",
     "paraphrase", AS, "art_4", "who says so, without an article"),
    (V + "Article 4 says the parties must help, said Oxfam, which wants peace.", "the parties must help",
     "paraphrase", AS, "art_4", "who says so, the verb first"),
    ("He is accused of violating Article 4 of the Treaty of Velmora, which bars neutrality.", "bars neutrality",
     "paraphrase", AS, "art_4", "violated, and said what it is"),
    (V + "Article 4 requires help. It also bars neutrality.", "bars neutrality", "paraphrase", AS, "art_4",
    "a pronoun goes on"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "content", "form", "treaty", "eid", "why"), CLAIMS, ids=[row[-1] for row in CLAIMS])
def test_a_statement_is_found(
    sample_index: Index, text: str, content: str, form: str, treaty: str, eid: str | None, why: str
) -> None:
    found, source = _read(text, sample_index)[-1]
    assert content in text[found.content[0] : found.content[1]], why
    assert not form or (text[found.content[0] : found.content[1]], found.form) == (content, form)
    assert source.treaties[:1] == (treaty,)
    assert source.eids == ((eid,) if eid else ())


# Texts that speak of treaties and claim nothing of their words, with the reason.
NO_CLAIMS = [
    ("The bill to ratify the Treaty of Velmora was introduced in the Duma.", "a treaty's way through parliament"),
    ("The Treaty of Velmora was signed in 2019 and entered into force a year later.", "its history"),
    ("Critics say the Treaty of Velmora is toothless.", "an opinion of it"),
    ("The minister hailed Article 4 of the Treaty of Velmora.", "praise"),
    ("Arvenia invoked Article 4 of the Treaty of Velmora in March.", "what was done with it"),
    ("Solmark acted under Article 4 of the Treaty of Velmora.", "what was done under it"),
    ("Does Article 4 of the Treaty of Velmora oblige Solmark to fight?", "a question"),
    ("The ratification of the Treaty of Velmora will allow new trade.", "what its ratification does"),
    ("Nobody knows whether the Treaty of Velmora allows it.", "what is not known"),
    (
        "“We will never surrender our right to the river,” the minister said of the Tessara Convention.",
        "somebody's words",
    ),
    ("Article 9 of the constitution says the army is small.", "no treaty"),
    ("Article 9 of Japan's constitution renounces war.", "no treaty, though a name"),
    ("Arvenia is a party to the Treaty of Velmora. It says its plans are peaceful.", "what a party says of itself"),
    ("Arvenia invoked Article 4 of the Treaty of Velmora. It called on Solmark to help.", "what a party did then"),
    ("Leaving the Treaty of Velmora would allow Arvenia to trade.", "what leaving does"),
    ("Arvenia said it exercised its right to help under Article 4 of the Treaty of Velmora.", "a right exercised"),
    ("Article 4 of the Treaty of Velmora – its mutual defence clause – has been invoked once.", "dashes around a name"),
    ("The trade deal may come soon.", "no treaty that is named"),
]


@pytest.mark.parametrize(("text", "why"), NO_CLAIMS, ids=[row[-1] for row in NO_CLAIMS])
def test_no_claim_is_found(sample_index: Index, text: str, why: str) -> None:
    assert [text[f.statement[0] : f.statement[1]] for f, _ in _read(text, sample_index) if not f.tentative] == [], why


def test_several_articles_in_one_sentence_are_several_statements(sample_index: Index) -> None:
    text = V + "Article 3 provides for consultations and Article 4 for military help, while Article 8 bars threats."
    assert [s.eids for _, s in _read(text, sample_index)] == [("art_3",), ("art_4",), ("art_8",)]


def test_two_articles_each_with_what_it_says_are_two_statements(sample_index: Index) -> None:
    text = V + "It breached Article 4, which bars neutrality, and Article 8, which bars threats."
    assert [s.eids for _, s in _read(text, sample_index)] == [("art_4",), ("art_8",)]


def test_a_treaty_held_is_known_by_its_name_whatever_follows(sample_index: Index) -> None:
    _, source = _read("It used the Treaty of Velmora for the first time. Article 4 bars neutrality.", sample_index)[-1]
    assert (source.treaties, source.title) == ((AS,), None)


@pytest.mark.parametrize(
    ("text", "treaty", "told"),
    [
        ("The Treaty of Velmora is old. The Tessara Convention is new. The treaty bars threats.", AS, "context"),
        ("The Treaty of Velmora is old. The Tessara Convention is new. The convention bars dumping.", TE, "context"),
        ("The treaty bars threats. It is the Treaty of Velmora.", AS, "context"),
        ("The treaty bars threats.", None, "unknown"),
        ("The Treaty of Velmora is old. Under the Tessara Convention, parties must share data. Article 40 bars it all.",
         TE, "context"),
        ("The Karsk Accord bars threats.", None, "named"),
    ],
    ids=["by its kind", "by its kind, the later", "named only after", "named nowhere", "what was spoken of last",
    "not held"],
)  # fmt: skip
def test_the_treaty_is_told_from_the_context(sample_index: Index, text: str, treaty: str | None, told: str) -> None:
    _, source = _read(text, sample_index)[-1]
    assert (source.treaties[:1], source.told) == ((treaty,) if treaty else (), told)
    assert source.told == "named" or source.why
