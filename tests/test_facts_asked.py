"""Questions for the facts of a treaty: which are told apart, and what is said of invented treaties."""

from dataclasses import replace

import pytest
from ingest_fakes import parse_text, treaty_text
from test_answer import ask

from ingest.facts import find_facts
from ingest.index import Index
from ingest.models import Facts, ParsedTreaty
from service.citations import cite
from service.fact_answers import fact_answer, fact_text, is_outside
from service.fact_words import FactAsked
from service.facts_asked import facts_asked
from service.grounding import keep_grounded

ASKS = [
    ("When was the treaty signed?", "signed", "the plain form"),
    ("Where was it signed?", "signed", "the place, of a treaty meant already"),
    ("When and where was the convention concluded?", "signed", "two words for one fact"),
    ("In which cities was the treaty opened for signature?", "signed", "opened for signature"),
    ("What year is the charter from?", "signed", "a year"),
    ("How old is the agreement?", "signed", "its age"),
    ("date of signature of the Treaty of Venn", "signed", "typed into a search box"),
    ("On what date was the Lamp Convention adopted?", "signed", "a name with capitals"),
    ("When was the 1961 Convention signed?", "signed", "a year in the name"),
    ("When did Venn and the other country sign their treaty?", "", "a country that is not told to be a party"),
    ("When did a country and the other country sign their treaty?", "signed", "both parties, as routing words them"),
    ("Since when has the treaty been in force?", "in_force", "since when"),
    ("When did it take effect?", "in_force", "take effect"),
    ("Is it in force?", "in_force", "yes or no"),
    ("treaty in force since?", "in_force", "typed into a search box"),
    ("Please tell me when the treaty entered into force.", "in_force", "a request"),
    ("How many ratifications were needed for it to enter into force?", "in_force", "the condition"),
    ("How many States must ratify before the treaty enters into force?", "in_force", "the condition, not the status"),
    ("Is the treaty still in force today?", "still_in_force", "what has become of it"),
    ("Who is the depositary?", "depositary", "the plain form"),
    ("Which government is the depositary of the treaty?", "depositary", "which government"),
    ("With whom are the instruments of ratification deposited?", "depositary", "by what it does"),
    ("Where must a State deposit its instrument of accession?", "depositary", "where"),
    ("Who keeps the original of the treaty?", "original", "the original"),
    ("In which archives is it kept?", "original", "archives"),
    ("In which languages is it equally valid, and which government keeps the original?",
     "authentic_languages original", "two facts in the order asked"),
    ("When was the treaty signed, and when did it enter into force?", "signed in_force", "two facts"),
    ("Where was it signed and who is its depositary?", "signed depositary", "two facts"),
    ("In what languages was it done?", "authentic_languages", "done in"),
    ("Is the French text of the treaty authentic?", "authentic_languages", "one language"),
    ("Which language version prevails?", "prevailing_language", "prevails"),
    ("Which text is decisive in case of divergence?", "prevailing_language", "decisive"),
    ("How long does the treaty last?", "duration", "how long"),
    ("For how long does the convention remain in force?", "duration", "in force, and no entry into force"),
    ("When does it expire?", "duration", "its end"),
    ("Is the agreement of unlimited duration?", "duration", "unlimited"),
    ("Can a State withdraw from the treaty?", "withdrawal", "withdraw"),
    ("How can a Party denounce the convention?", "withdrawal", "denounce"),
    ("May either party terminate it at any time?", "withdrawal", "terminate"),
    ("What is the period of notice for withdrawal?", "notice", "the notice only"),
    ("How much notice must a State give to leave the treaty?", "notice", "how much"),
    ("When does a denunciation take effect?", "notice", "no entry into force"),
    ("Can a Party leave, and after what notice?", "withdrawal notice", "both"),
    ("How can a member leave it, and when does its notice take effect?", "withdrawal notice", "both, in other words"),
    ("Who are the parties to the treaty?", "parties", "who"),
    ("Between which two countries was it concluded?", "parties", "between"),
    ("How many States are parties to the convention?", "parties", "how many"),
    ("Who signed the treaty, and when?", "parties signed", "one verb for two facts"),
    ("Which States have ratified the convention?", "status", "ratified"),
    ("How many countries have joined the treaty so far?", "status", "joined"),
    ("Has Arvenia ratified the convention?", "status", "one State"),
    ("Is Solmark a party to the treaty?", "status", "one State"),
    ("How many articles does the treaty have?", "articles", "articles"),
    ("Does the convention have any annexes?", "annexes", "annexes"),
    ("Into how many chapters is the treaty divided?", "divisions", "chapters"),
    ("When may a State Party sign a safeguards agreement?", "", "another agreement"),
    ("When does the amendment enter into force?", "", "an amendment"),
    ("When does a protocol under the convention enter into force?", "", "one of its protocols"),
    ("When was the Protocol to the treaty signed?", "", "a protocol to it"),
    ("When does the treaty enter into force for a State that accedes later?", "", "for one State"),
    ("When do declarations become effective?", "", "declarations"),
    ("Is a certificate in force after a year?", "", "a certificate"),
    ("Who signs the certificate?", "", "a certificate"),
    ("How many judges are there?", "", "judges"),
    ("How many parties must ask for a conference?", "", "a majority"),
    ("How many articles of equipment may be brought in?", "", "articles of another kind"),
    ("Which States can be parties to the treaty?", "", "who may join"),
    ("In what language may the accused speak?", "", "a language of a court"),
    ("What are the official languages of the Council?", "", "the languages of a body"),
    ("Where is the register of ships deposited?", "", "a register"),
    ("What are the duties of the depositary?", "", "what the depositary does"),
    ("What does the depositary do?", "", "small words only"),
    ("When must the depositary be told?", "", "a duty"),
    ("Can a Party withdraw its reservation?", "", "a reservation"),
    ("What happens if a Party withdraws?", "", "what follows from it"),
    ("How long does the emergency last?", "", "how long something else lasts"),
    ("How long may a lamp be out?", "", "how long something else lasts"),
    ("How many days of notice must be given of an inspection?", "", "another notice"),
    ("Which prevails, the treaty or the Charter?", "", "treaties in conflict"),
    ("Compare when the two treaties were signed.", "", "a comparison"),
    ("When was it signed, and must the lamps be lit in fog?", "", "a fact and content"),
    ("What does it say of lamps?", "", "content"),
    ("", "", "nothing"),
    ("when " * 50, "", "too long to ask for a fact"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kinds"), [pytest.param(t, k, id=f"{t[:60]}: {why}") for t, k, why in ASKS])
def test_which_facts_a_question_asks_for(text: str, kinds: str) -> None:
    assert facts_asked(text) == tuple(kinds.split())


# --- what is said of invented treaties

FIRST = "Article 1\n\nThe lamps of this Treaty burn from dusk to dawn."
ENTRY = "Article 2\n\nThis Treaty shall enter into force on the thirtieth day after the deposit of the sixth instrument of ratification."  # noqa: E501
KEEPER = "Article 3\n\nInstruments of ratification shall be deposited with the Government of Venn."
LEAVING = "Article 4\n\n1. Any Party may denounce this Treaty.\n\n2. The denunciation shall take effect one year after the receipt of the notification."  # noqa: E501
LAST = "Article 5\n\nThe original of this Treaty, of which the English and French texts are equally authentic, shall be deposited in the archives of Venn."  # noqa: E501
DONE = "IN WITNESS WHEREOF the undersigned have signed this Treaty.\n\nDONE at Venn, this third day of May, one thousand nine hundred and sixty-one."  # noqa: E501
GIVEN = Facts(kind="multilateral", signed="1961-05-03", signed_at="Venn", in_force="1964-02-01",
              depositary="Government of Venn")  # fmt: skip


def treaty(*articles: str, given: Facts | None = None, language: str = "en", status: str = "authentic") -> ParsedTreaty:
    parsed = parse_text(treaty_text(*articles))
    record = replace(parsed.treaty, facts=given or Facts(), language=language, text_status=status)
    parsed = replace(parsed, treaty=record)
    return replace(parsed, facts_from_text=find_facts(parsed))


def told(parsed: ParsedTreaty, *asked: FactAsked) -> str:
    """The answer in words; its quotations are the text, numbered in order."""
    answer = fact_answer(asked, parsed)
    if answer is None:
        return ""
    cited = [cite(parsed, extract, number) for number, extract in enumerate(answer.extracts, start=1)]
    assert keep_grounded(cited, {parsed.treaty.id: parsed}) == tuple(cited) != ()
    return fact_text(answer, parsed, cited)


WHOLE = treaty(FIRST, ENTRY, KEEPER, LEAVING, LAST, DONE, given=GIVEN)
BARE = treaty(FIRST, ENTRY, KEEPER, LEAVING, LAST, DONE)
GIVEN_ONLY = treaty(FIRST, "Article 2\n\nThe lamps are lit by the keepers of the harbour.", given=GIVEN)


def test_given_and_in_the_text() -> None:
    assert told(WHOLE, "signed", "in_force") == (
        "The Treaty of Venn was signed at Venn on 3 May 1961. Final words: “DONE at Venn, this third day of May, one "
        "thousand nine hundred and sixty-one” [1]\n\n"
        "It entered into force on 1 February 1964, according to the facts given with its text. Article 2: “This Treaty "
        "shall enter into force on the thirtieth day after the deposit of the sixth instrument of ratification.” [2]"
    )


def test_in_the_text_alone() -> None:
    assert told(BARE, "signed").startswith("The Treaty of Venn was signed at Venn on 3 May 1961. Final words: “DONE")
    assert told(BARE, "in_force").startswith(
        "The Treaty of Venn tells the condition for its entry into force; the date is not known to Pacta. Article 2: “"
    )
    dated = treaty(FIRST, "Article 2\n\nThis Treaty shall enter into force on 1 July 2031.")
    assert told(dated, "in_force").startswith("The Treaty of Venn enters into force on 1 July 2031. Article 2: “")


def test_given_alone_with_the_nearest_clause() -> None:
    for asked, words in (("signed", "was signed at Venn on 3 May 1961"), ("in_force", "entered into force on 1 Feb")):
        answer = told(GIVEN_ONLY, asked)
        assert words in answer
        assert "according to the facts given with its text; the text held does not say so." in answer
        assert "Article 2: “The lamps are lit by the keepers of the harbour.” [1]" in answer
    opened = treaty(FIRST, "Article 2\n\nThis Treaty is open for signature by all coasts.", KEEPER, given=GIVEN)
    assert "Article 2: “This Treaty is open for signature by all coasts.” [1]" in told(opened, "signed")


def test_contradiction_names_both() -> None:
    other = replace(GIVEN, signed="1960-05-03", signed_at="Osk", in_force="1960-01-01", depositary="Council of Osk")
    dated = "Article 2\n\nThis Treaty shall enter into force on 1 July 1962."
    parsed = treaty(FIRST, dated, KEEPER, DONE, given=other)
    assert told(parsed, "signed").startswith(
        "The Treaty of Venn was signed at Osk on 3 May 1960, according to the facts given with its text.\n\n"
        "Its own words of signature name Venn and 3 May 1961 instead. Final words: “DONE"
    )
    assert "on 1 January 1960, according to" in told(parsed, "in_force")
    assert "Its own text has it enter into force on 1 July 1962." in told(parsed, "in_force")
    assert "is the Council of Osk, according to" in told(parsed, "depositary")
    assert "Its own text names the Government of Venn." in told(parsed, "depositary")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param("1961", "in 1961", id="a year"),
        pytest.param("1961-05", "in May 1961", id="a month"),
        pytest.param("1961-05-03", "on 3 May 1961", id="a day"),
        pytest.param("spring 1961", "in spring 1961", id="no date of the calendar"),
    ],
)
def test_a_date_is_told_as_far_as_it_is_known(given: str, words: str) -> None:
    parsed = treaty(FIRST, given=Facts(in_force=given))
    assert f"The Treaty of Venn entered into force {words}, according" in told(parsed, "in_force")


def test_of_two_dates_that_agree_the_longer_is_told() -> None:
    assert "on 3 May 1961. Final" in told(treaty(FIRST, DONE, given=Facts(signed="1961")), "signed")


def test_a_declaration_is_adopted() -> None:
    assert "was adopted at Osk" in told(treaty(FIRST, given=Facts(kind="declaration", signed_at="Osk")), "signed")


def test_depositary_and_original() -> None:
    assert told(WHOLE, "depositary").startswith("The depositary of the Treaty of Venn is the Government of Venn. Art")
    assert "Article 3: “Instruments" in told(WHOLE, "depositary")
    both = told(WHOLE, "authentic_languages", "original")
    assert "are those in English and French. Article 5, paragraph 1: “The original" in both
    assert both.endswith("Its depositary is the Government of Venn. [1]")
    assert told(treaty(FIRST, LAST.replace("of Venn", "of both")), "original").startswith(
        "The Treaty of Venn says where its original is kept. Art"
    )
    several = replace(GIVEN, depositary="Governments of Venn and Osk")
    assert "depositaries of the Treaty of Venn are the Governments of" in told(treaty(FIRST, given=several), "original")


def test_the_text_that_prevails() -> None:
    both = "Article 2\n\nThe English and French texts of this Treaty are equally authentic. In case of divergence the French text shall prevail."  # noqa: E501
    assert "Its prevailing text is the French one." in told(treaty(FIRST, both), "authentic_languages")
    assert told(treaty(FIRST, LAST), "prevailing_language") == ""


def test_the_end_of_a_treaty() -> None:
    assert told(WHOLE, "withdrawal", "notice") == (
        "The Treaty of Venn provides for denunciation. Article 4, paragraph 1: “Any Party may denounce this Treaty.” "
        "[1]\n\nIts period of notice is 1 year. Article 4, paragraph 2: “The denunciation shall take effect one year "
        "after the receipt of the notification.” [2]"
    )
    for clause, words in (
        ("This Treaty is concluded for an unlimited period.", "is of unlimited duration"),
        ("This Treaty shall remain in force for ten years.", "duration of the Treaty of Venn is 10 years"),
        ("This Treaty shall remain in force until 1 July 2031.", "is concluded until 1 July 2031"),
    ):
        assert words in told(treaty(FIRST, f"Article 2\n\n{clause}"), "duration")
    longer = "This Treaty shall remain in force for ten years. It is then renewed for periods of five years."
    assert f"“{longer}” [1]" in told(treaty(FIRST, f"Article 2\n\n{longer}"), "duration")


def test_parties() -> None:
    title = "Treaty between the Republic of Arvenia and the Kingdom of Solmark on Lamps"
    parsed = treaty(FIRST, given=Facts(kind="bilateral", parties=("ARV", "SOL")))
    titled = replace(parsed, treaty=replace(parsed.treaty, title=title))
    assert "has two parties: the Republic of Arvenia and the Kingdom of Solmark. Preamble: “" in told(titled, "parties")
    assert "has two parties: ARV and SOL." in told(parsed, "parties")
    three = treaty(FIRST, given=Facts(parties=("Arvenia", "Solmark", "Kingdom of Osk")))
    assert "has 3 parties: Arvenia, Solmark and the Kingdom of Osk." in told(three, "parties")


def test_what_no_text_can_tell() -> None:
    assert told(WHOLE, "status") == told(WHOLE, "parties") == ""
    assert is_outside(("status",))
    assert is_outside(("parties",))
    assert not is_outside(("depositary",))
    assert told(WHOLE, "status", "signed").endswith(
        "Pacta found nothing on who has signed, ratified or joined it in the text held."
    )
    assert told(WHOLE, "still_in_force").endswith("What has become of it since, its text does not tell.")


def test_what_is_not_known_is_not_told() -> None:
    nothing = treaty(FIRST)
    for kind in ("signed", "in_force", "still_in_force", "depositary", "original", "authentic_languages", "duration",
                 "withdrawal", "notice", "parties"):  # fmt: skip
        assert told(nothing, kind) == ""  # type: ignore[arg-type]
    assert told(treaty(KEEPER), "depositary", "duration").endswith(
        "Pacta found nothing on its duration in the text held."
    )


def test_counting() -> None:
    assert told(WHOLE, "articles").startswith(
        "The Treaty of Venn has 5 articles: Articles 1–5. Article 5, paragraph 1: “"
    )
    assert told(WHOLE, "annexes").startswith("The Treaty of Venn has no annex in the text held. Final words: “")
    assert told(WHOLE, "divisions").startswith("The Treaty of Venn is not divided into parts or chapters")
    divided = treaty("PART I\nLAMPS", FIRST, "PART II\nBELLS", "Article 2\n\nThe bells of the coast are rung in fog.",
                     "ANNEX I\n\nThe lamps of the coast are listed here.", "ANNEX II\n\nThe bells.")  # fmt: skip
    assert told(divided, "divisions").startswith("The Treaty of Venn is divided into 2 parts. Part II: “PART II")
    again = treaty(FIRST, "ANNEX I\n\nThe lamps.", "ANNEX II\n\nThe bells.", "ANNEX I\n\nRESOLUTION ON FOG")
    assert "has 2 annexes in the text held: Annex I and Annex II. Annex I: “ANNEX I" in told(again, "annexes")
    assert "has 2 annexes in the text held: Annex I and Annex II. Annex I: “ANNEX I" in told(divided, "annexes")


def test_an_excerpt_says_so() -> None:
    excerpt = treaty(FIRST, "Article 7\n\nThe bells of the coast are rung in fog.", given=GIVEN, status="excerpt")
    answer = told(excerpt, "articles")
    assert "is held as an excerpt only, with 2 articles: Articles 1 and 7; how many it has in all, Pacta does" in answer
    assert "Preamble: “The Parties, wishing" in answer
    assert "Only an excerpt of the Treaty of Venn is held" in answer


def test_a_text_in_another_language() -> None:
    french = treaty(
        "Article premier\n\nLes feux du présent Traité brûlent la nuit.",
        "Article 2\n\nLe présent Traité est conclu pour une durée illimitée.",
        "Fait à Venn, le 3 mai 1961, en langues française et anglaise, les deux textes faisant également foi.",
        language="fr",
    )
    assert "was signed at Venn on 3 May 1961." in told(french, "signed")
    assert "are those in French and English." in told(french, "authentic_languages")
    assert "This text is in French" in told(french, "duration")


# --- on the way of a question


@pytest.mark.parametrize(
    ("question", "words", "eid"),
    [
        pytest.param("When was the Treaty of Velmora signed?", "at Velmora on 14 May 2019", "final", id="named"),
        pytest.param("Who is the depositary of the Tessara Convention?", "Government of the Republic of Dravonia", "",
                     id="a PDF"),
        pytest.param("Since when has the Orrin Treaty been in force?", "on 15 January 2004", "", id="a translation"),
        pytest.param("Can a Party leave the Treaty of Velmora?", "period of notice is 1 year", "art_22__para_2",
                     id="the way out"),
        pytest.param("Who are the parties to the Orrin Treaty?", "Republic of Nareth", "preamble", id="parties"),
    ],
)  # fmt: skip
def test_a_question_is_answered_from_facts(sample_index: Index, question: str, words: str, eid: str) -> None:
    answer = ask(question, sample_index)
    assert words in answer.answer
    assert (answer.status, answer.reason) == ("answered", None)
    assert answer.citations
    assert eid in [c.eid for c in answer.citations] or not eid


def test_a_follow_up_keeps_its_treaty(sample_index: Index) -> None:
    answer = ask("When was it signed?", sample_index, before=("What does the Treaty of Velmora say on grain?",))
    assert "on 14 May 2019" in answer.answer


def test_who_has_joined_is_outside(sample_index: Index) -> None:
    answer = ask("How many States have ratified the Tessara Convention?", sample_index)
    assert (answer.status, answer.reason) == ("abstained", "out_of_scope")


def test_content_is_searched_for(sample_index: Index) -> None:
    answer = ask("When does an amendment to the Tessara Convention enter into force?", sample_index)
    assert "according to the facts given" not in answer.answer


def test_an_article_named_is_quoted(sample_index: Index) -> None:
    answer = ask("When does Article 7 of the Treaty of Velmora enter into force?", sample_index)
    assert "according to the facts given" not in answer.answer
