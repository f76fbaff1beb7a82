"""Facts from a treaty's own words: each row is a clause as treaties draft it, with the reason it stands here."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import parse_text, treaty_text

from ingest.drafting import drafting_of
from ingest.facts import KINDS, contradictions, find_facts
from ingest.facts_told import given_facts, tell
from ingest.models import Fact, FactKind, Facts, ParsedTreaty

FIRST = {
    "en": "Article 1\n\nThe lamps of this {} burn from dusk to dawn.",
    "fr": "Article premier\n\nLes feux du présent {} brûlent la nuit.",
    "es": "Artículo 1\n\nLos faros del presente {} arden de noche.",
    "ru": "Статья 1\n\nМаяки настоящего {} горят ночью.",
    "zh": "第一条\n\n本{}的灯塔每夜点亮。",
    "ar": "المادة 1\n\nتضيء منارات هذا {} ليلا.",
}
SECOND = {"en": "Article 2", "fr": "Article 2", "es": "Artículo 2", "ru": "Статья 2", "zh": "第二条", "ar": "المادة 2"}
OPENING = {"en": "The Parties, wishing to keep their coasts lit by night, have agreed as follows:", "fr": "Les Parties",
           "es": "Las Partes", "ru": "Стороны", "zh": "缔约方", "ar": "الأطراف"}  # fmt: skip


def parsed_of(*articles: str, language: str = "en") -> ParsedTreaty:
    parsed = parse_text(treaty_text(*articles, preamble=OPENING[language]))
    return replace(parsed, treaty=replace(parsed.treaty, language=language))


def facts_in(clause: str, language: str = "en", own: str = "Convention", closing: str = "") -> dict[FactKind, Fact]:
    """What is found where a clause is the second article of a treaty that calls itself ``own``."""
    parsed = parsed_of(FIRST[language].format(own), f"{SECOND[language]}\n\n{clause}{closing}", language=language)
    found = find_facts(parsed)
    for fact in found:
        # A fact's words stand in the provision that it names.
        provision = parsed.by_eid[fact.eid]
        assert provision.start <= fact.start < fact.end <= provision.end
    return {fact.kind: fact for fact in found}


def value_of(kind: FactKind, clause: str, language: str = "en", own: str = "Convention") -> object:
    """The value of a fact, "absent" where it is not found."""
    found = facts_in(clause, language, own)
    return found[kind].value if kind in found else "absent"


AFTER = "after the date of deposit of the"
ENTRY = [
    pytest.param(f"This Convention shall enter into force on the thirtieth day {AFTER} sixth instrument of "
                 f"ratification.",
                 "30th day after the 6th instrument", id="the usual form of the United Nations"),
    pytest.param("This Convention shall enter into force 90 days after the deposit with the Harbour Master of Venn of "
                 "the 22nd instrument of ratification or accession.", "90 days after the 22nd instrument",
                 id="figures, and the depositary in between"),
    pytest.param("The present Convention shall come into force six months after two instruments of ratification have "
                 "been deposited.", "6 months after the 2nd instrument", id="a count: after two is after the second"),
    pytest.param("The present Convention shall come into force six months after not less than two instruments of "
                 "acceptance have been deposited.", "6 months after the 2nd instrument", id="not less than two"),
    pytest.param("This Convention shall be ratified. It shall enter into force after the deposit of five instruments "
                 "of ratification.", "on the 5th instrument", id="it: the treaty of the sentence before"),
    pytest.param("1. This Convention binds the Members that have ratified it.\n\n2. It shall come into force twelve "
                 "months after the date on which the ratifications of two Members have been registered with the "
                 "Keeper.",
                 "12 months after the 2nd ratification", id="labour conventions: it, in the next paragraph"),
    pytest.param("This Convention shall enter into force on the first day of the month following the expiration of a "
                 "period of three months after the date on which five States have expressed their consent to be bound "
                 "by it.", "1st day of the month 3 months after the 5th consent to be bound", id="Council of Europe"),
    pytest.param("This Convention shall enter into force on the first day of the third calendar month after the "
                 "deposit of the third instrument of ratification.",
                 "1st day of the 3rd month after the 3rd instrument",
                 id="The Hague"),
    pytest.param("As soon as eleven States have deposited their instruments of ratification, the Convention shall "
                 "enter into force.", "on the 11th instrument", id="the condition before the treaty"),
    pytest.param("As soon as this Convention has been ratified by nine States it shall come into force between them on "
                 "the tenth day after deposit of the ninth instrument.", "10th day after the 9th instrument",
                 id="it: named in the words before"),
    pytest.param("This Convention shall enter into force on 1 July 2031.", "2031-07-01", id="a date"),
    pytest.param("This Convention shall enter into force on the 17th of June, 2031.",
                 "2031-06-17", id="a date with an of"),
    pytest.param("This Convention shall enter into force on 1 July 2031, provided that nine States have ratified it.",
                 None, id="a date with a condition is no date"),
    pytest.param("This Convention shall enter into force on the date of signature.", "on signature", id="on signature"),
    pytest.param("This Convention will enter into force upon the last signature.", "on the last signature",
                 id="on the last signature"),
    pytest.param("This Convention shall enter into force on the thirtieth day after the exchange of the instruments of "
                 "ratification.", "30th day after the exchange of instruments", id="exchange of instruments"),
    pytest.param("This Convention enters into force on the date on which the instruments of ratification are exchanged "
                 "at Osk.", "on the exchange of instruments", id="present tense; instruments are exchanged"),
    pytest.param("This Convention shall enter into force on the date of an exchange of diplomatic notes confirming its "
                 "approval.", "on the exchange of notes", id="exchange of notes"),
    pytest.param("This Convention shall enter into force 60 (sixty) days after the date of receipt of the last "
                 "notification.", "60 days after the last notification", id="last notification; the number twice"),
    pytest.param("This Convention shall enter into force on the first day of the second month following the date on "
                 "which the Contracting Parties have informed each other in writing that their laws have been complied "
                 "with.",
                 "1st day of the 2nd month after the notifications", id="both have informed each other"),
    pytest.param("Both Parties shall notify each other that their laws have been complied with, and this Convention "
                 "shall enter into force on the tenth day following the last notification.",
                 "10th day after the last notification", id="the treaty in the middle of the sentence"),
    pytest.param("With respect to the first five countries which have ratified it, this Convention shall enter into "
                 "force three months after the fifth instrument of ratification has been deposited.",
                 "3 months after the 5th instrument", id="the first five: not one State that joins later"),
    pytest.param("This Convention shall be applied provisionally from its signature and shall enter into force on the "
                 "tenth day following the last notification.", "10th day after the last notification",
                 id="provisional application first"),
    pytest.param("By way of exception to Article 2 of the Venn Protocol, this Convention shall enter into force on "
                 "signature.", "on signature", id="an exception first"),
    pytest.param("This Convention and its Annex shall enter into force on signature.",
                 "on signature", id="with its annex"),
    pytest.param("This Convention shall enter into force 180 days after the deposit of the 65th instrument of "
                 "ratification, but in no case earlier than two years after its opening for signature.", None,
                 id="a second condition: not told in a few words"),
    pytest.param("This Convention shall enter into force on the tenth day after the deposit of the fifth instrument of "
                 "ratification, including that of Venn.", None, id="who must be among them: not told"),
    pytest.param("This Convention shall enter into force thirty days after its signature by six States without "
                 "reservation, or thirty days after the deposit of their instruments.", None, id="two ways: not told"),
    pytest.param("Subject to the entry into force of the Charter of Osk, this Convention shall enter into force on the "
                 "tenth day after the deposit of the fifth instrument of ratification.", None,
                 id="a condition before the treaty: not told"),
    pytest.param("Entry into Force This Convention shall enter into force on signature.", "on signature",
                 id="the heading runs into the article"),
    pytest.param("This Convention shall enter into force on the thirtiethday after the date ofthe deposit of the "
                 "twentyseventh instrumentof ratification.", "30th day after the 27th instrument",
                 id="a scraped text that lost its blanks"),
    pytest.param("The Parties may denounce this Convention. Any amendment shall enter into force on signature.",
                 "absent",
                 id="an amendment"),
    pytest.param("Any amendment to this Convention shall enter into force on the tenth day after its acceptance.",
                 "absent",
                 id="an amendment to this treaty"),
    pytest.param("Notwithstanding paragraph 3 any change of the Annex to this Convention shall take effect on "
                 "signature.",
                 "absent", id="the treaty's name after a preposition"),
    pytest.param("For each State that accedes later, this Convention shall enter into force on the tenth day after the "
                 "deposit of its instrument.", "absent", id="for one State"),
    pytest.param("Thereafter, this Convention shall enter into force for any acceding State on the deposit of its "
                 "instrument.", "absent", id="thereafter"),
    pytest.param("The Protocol shall enter into force on the tenth day after the deposit of the fifth instrument.",
                 "absent", id="another instrument"),
    pytest.param("This Convention shall be open for signature until it enters into force in accordance with Article 9.",
                 "absent", id="until it enters into force"),
    pytest.param("The provisions of this article shall come into force when five States have made a declaration.",
                 "absent", id="one article"),
    pytest.param("Two years after the entry into force of this Convention a conference shall be held.", "absent",
                 id="only a mention"),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "value"), ENTRY)
def test_entry_into_force(clause: str, value: object) -> None:
    assert value_of("entry_into_force", clause) == value


KEEPER = "Keeper of the Lamps of Venn"
DEPOSITARY = [
    pytest.param(f"The {KEEPER} shall be the depositary of this Convention.", KEEPER, id="the usual form"),
    pytest.param(f"The {KEEPER} is hereby designated as the Depositary of this Convention and shall, inter alia:",
                 KEEPER,
                 id="hereby designated"),
    pytest.param(f"The {KEEPER} shall assume the functions of Depositary of this Convention and any protocols.", KEEPER,
                 id="functions"),
    pytest.param(f"The depositary of this Convention shall be the {KEEPER}.", KEEPER, id="the other way round"),
    pytest.param(f"Depositary The {KEEPER} shall be the depositary of this Convention.",
                 KEEPER, id="after its heading"),
    pytest.param(f"Instruments of ratification shall be deposited with the {KEEPER}, who shall inform the Parties.",
                 KEEPER,
                 id="with whom instruments are deposited"),
    pytest.param("Instruments of ratification shall be deposited with the Government of the Republic of Osk, hereby "
                 "designated the Depositary.", "Government of the Republic of Osk", id="deposit and designation"),
    pytest.param("Instruments of accession shall be deposited with the Governments of Osk, the Realm of Venn and "
                 "Solmark, which are hereby designated the Depositary Governments.",
                 "Governments of Osk, the Realm of Venn and Solmark", id="three Governments"),
    pytest.param(f"It shall be effected by the deposit of an instrument of acceptance with the {KEEPER}.", KEEPER,
                 id="effected by the deposit"),
    pytest.param(f"The original of this Convention shall be deposited with the {KEEPER}.", KEEPER, id="the original"),
    pytest.param("Ratifications shall be deposited with the Secretary- General of the League of Lamps for the Coast.",
                 "Secretary-General of the League of Lamps for the Coast",
                 id="a broken hyphen; a name with a preposition"),
    pytest.param("Instruments of ratification shall be deposited with the Secretary-Generalof theLeague of Lamps.",
                 "Secretary-General of the League of Lamps", id="lost blanks"),
    pytest.param("Ratifications shall be deposited with the Director-General of the Educational, Scientific and "
                 "Coastal League.", "Director-General of the Educational, Scientific and Coastal League",
                                    id="a name with a comma"),
    pytest.param("Instruments of ratification shall be deposited with the Depositary.", "absent", id="no name"),
    pytest.param("Instruments of ratification shall be deposited at Osk.", "absent", id="a place is no authority"),
    pytest.param("Instruments of acceptance of amendments to this Convention shall be deposited with the Keeper "
                 "of Osk.",
                 "absent", id="of amendments"),
    pytest.param("Declarations shall be deposited with the Keeper of Osk.", "absent", id="declarations"),
    pytest.param("The Keeper of Osk is the depositary of the Charter of 1931.", "absent", id="of another treaty"),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "value"), DEPOSITARY)
def test_depositaries(clause: str, value: object) -> None:
    assert value_of("depositary", clause) == value


def test_who_is_named_as_the_depositary_counts_for_more_than_where_instruments_go() -> None:
    found = facts_in(
        "1. Ratifications shall be deposited with the Keeper of Osk.\n\n2. The Warden of Venn shall be the depositary "
        "of this Convention."
    )
    assert (found["depositary"].value, found["depositary"].eid) == ("Warden of Venn", "art_2__para_2")


LANGUAGES = [
    pytest.param("The original of this Convention, of which the Arabic, Chinese and English texts are equally "
                 "authentic, shall be deposited with the Keeper.", ("ar", "zh", "en"), id="of which the texts are"),
    pytest.param("This Convention, the English, Russian and French texts of which are equally authentic, shall "
                 "be kept.",
                 ("en", "ru", "fr"), id="the texts of which are"),
    pytest.param("The French and Spanish versions of the text of this Convention are equally authoritative.",
                 ("fr", "es"),
                 id="equally authoritative"),
    pytest.param("This Convention is drawn up in German, Italian and Greek, the three texts being equally authentic.",
                 ("de", "it", "el"), id="drawn up in"),
    pytest.param("This Convention is established in English and in French. Both texts are equally authentic.",
                 ("en", "fr"), id="two sentences"),
    pytest.param("This Convention shall be signed in a single original in the Dutch and Danish languages.",
                 ("nl", "da"),
                 id="signed in, with no word of authenticity"),
    pytest.param("The texts of this Convention in Norwegian and Swedish are of equal validity.", ("no", "sv"),
                 id="equal validity"),
    pytest.param("The English, Arvenian and French texts of this Convention are equally authentic.", "absent",
                 id="one of the languages is not known: half a list would be wrong"),
    pytest.param("The Register shall be kept in English and French, both texts being equally authentic.", "absent",
                 id="not of the treaty"),
    pytest.param("Two authentic copies in English and French of the plan to which this Convention refers shall "
                 "be made.",
                 "absent", id="copies of something else"),
    pytest.param("Official translations of this Convention shall be made in Polish and Czech.", "absent",
                 id="translations"),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "value"), LANGUAGES)
def test_authentic_languages(clause: str, value: object) -> None:
    assert value_of("authentic_languages", clause) == value


DURATION = [
    pytest.param("This Convention shall be of unlimited duration.", "unlimited", id="unlimited"),
    pytest.param("This Convention is concluded for an indefinite period.", "unlimited", id="indefinite"),
    pytest.param("This Convention shall remain in force without limitation as to time.",
                 "unlimited", id="without limit"),
    pytest.param("This Convention shall remain in force for a period of ten years.", "10 years", id="ten years"),
    pytest.param("This Convention shall enter into force on signature and shall remain in force for fifteen years.",
                 "15 years", id="after another clause of the same sentence"),
    pytest.param("This Convention enters into force on signature. It is concluded for five years and shall be renewed.",
                 "5 years", id="it"),
    pytest.param("This Convention shall remain in force until terminated by one of the Parties.", "until terminated",
                 id="until terminated"),
    pytest.param("This Convention shall remain in force until 31 December 2040.",
                 "until 2040-12-31", id="until a date"),
    pytest.param("The duration of this Convention shall be twenty-five years.", "25 years", id="its duration"),
    pytest.param("The Agreement of 1931 shall remain in force for ten years.", "absent", id="another treaty"),
    pytest.param("A permit issued under this Convention shall be valid for ten years.", "absent", id="a permit"),
    pytest.param("This Convention shall remain open for signature for a period of one year.", "absent",
                 id="open for signature"),
    pytest.param("A conference shall decide whether this Convention shall continue in force indefinitely.", "absent",
                 id="a question that is left open"),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "value"), DURATION)
def test_duration(clause: str, value: object) -> None:
    assert value_of("duration", clause) == value


LEAVING = [
    pytest.param("A Party may denounce this Convention by written notification to the Keeper. The denunciation shall "
                 "take effect one year after the date of receipt.", ("denunciation", "1 year"), id="denunciation"),
    pytest.param("1. Any Party may withdraw from this Convention.\n\n2. Such withdrawal shall take effect upon the "
                 "expiry of six months after its receipt.",
                 ("withdrawal", "6 months"), id="the notice in the next paragraph"),
    pytest.param("Each Party shall, in exercising its sovereignty, have the right to withdraw from this Convention. It "
                 "shall give notice of such withdrawal three months in advance.", ("withdrawal", "3 months"),
                 id="a right to withdraw"),
    pytest.param("Either Party may at any time give notice in writing to the other of its decision to terminate this "
                 "Convention. In such case it shall terminate twelve (12) months after receipt of the notice.",
                 ("termination", "12 months"), id="notice of a decision"),
    pytest.param("Any State may give notice of its withdrawal from this Convention by giving six months' notice.",
                 ("withdrawal", "6 months"), id="notice of withdrawal"),
    pytest.param("The present Convention may be denounced by any Party.", ("denunciation", "absent"), id="passive"),
    pytest.param("A Member which has ratified this Convention may denounce it after ten years. Such denunciation shall "
                 "not take effect until one year after the date of its registration.", ("denunciation", "1 year"),
                 id="it: named in the same sentence; years before the right are no notice"),
    pytest.param("This Convention is of unlimited duration. Either Party may terminate it at any time.",
                 ("termination", "absent"), id="it: named in the sentence before"),
    pytest.param("In case a Party should denounce this Convention, the denunciation shall only take effect one year "
                 "after its receipt.", ("denunciation", "1 year"), id="in case"),
    pytest.param("After this Convention has been in force for twenty years, any Party may cease to be a Party one year "
                 "after its notice of denunciation has been given.",
                 ("denunciation", "1 year"), id="cease to be a Party"),
    pytest.param("This Convention shall terminate one year after receipt by one Party of notice to terminate.",
                 ("termination", "1 year"), id="it terminates after notice"),
    pytest.param("This Convention shall remain in force until terminated by either Party giving six months notice.",
                 ("termination", "6 months"), id="until terminated by either"),
    pytest.param("Unless notice of termination has been given by either Party at least six months before the date of "
                 "its expiry, the present Convention shall be extended tacitly.", ("termination", "absent"),
                 id="notice against renewal"),
    pytest.param("Either Party may terminate this Convention by giving notice at least six months before the end of "
                 "any calendar year.",
                 ("termination", "6 months before the end of a calendar year"), id="calendar year"),
    pytest.param("Any Party may denounce this Convention. Such denunciation shall become effective on the first day of "
                 "the month following the expiration of a period of three months after its receipt.",
                 ("denunciation", "1st day of the month after 3 months"), id="first day of a month"),
    pytest.param("Either Party may terminate the Convention after five years from its entry into force provided that "
                 "six months prior notice has been given.", ("termination", "6 months"), id="years before the right"),
    pytest.param("If an amendment enters into force, a Party may withdraw from this Convention at once.\n\nAny Party "
                 "may denounce this Convention.", ("denunciation", "absent"), id="the general right before one with "
                                                                             "an event"),
    pytest.param("The Parties may terminate this Convention by mutual agreement.",
                 ("absent", "absent"), id="by consent"),
    pytest.param("A Party may withdraw its reservation to this Convention at any time.", ("absent", "absent"),
                 id="a reservation"),
    pytest.param("A Party may denounce this Convention in respect of any territory.", ("absent", "absent"),
                 id="for a territory only"),
    pytest.param("This Convention may not be denounced.", ("absent", "absent"), id="may not"),
    pytest.param("A signatory may terminate its provisional application of this Convention.", ("absent", "absent"),
                 id="provisional application"),
    pytest.param("A Party may denounce the Protocol of Osk by six months' notice.", ("absent", "absent"),
                 id="another treaty"),
]  # fmt: skip


@pytest.mark.parametrize(("clause", "values"), LEAVING)
def test_withdrawal_and_its_notice(clause: str, values: tuple[str, str]) -> None:
    found = facts_in(clause)
    told = tuple(found[kind].value if kind in found else "absent" for kind in ("withdrawal", "notice"))
    assert told == values


WITNESS = "\n\nIN WITNESS WHEREOF the undersigned have signed this Convention.\n\n"
SIGNATURE = [
    pytest.param("DONE at Venn, this third day of May, two thousand and thirty-one.",
                 ("2031-05-03", "Venn"), id="in words"),
    pytest.param("Done at Port Ilvane on 3 May 2031 in duplicate in the English language.",
                 ("2031-05-03", "Port Ilvane"),
                 id="in figures"),
    pytest.param("DONE AT PORT DE LUX, this 3rd day of May 2031.", ("2031-05-03", "Port de Lux"), id="capitals"),
    pytest.param("DONE in triplicate, at the cities of Venn, Osk and Port Ilvane, the third day of May 2031.",
                 ("2031-05-03", "Venn, Osk and Port Ilvane"), id="three cities"),
    pytest.param("Done at Venn, Solmark, the 3 May 2031.", ("2031-05-03", "Venn"), id="the State after the city"),
    pytest.param("DONE this 3rd day of May 2031 in two originals at Osk.", ("2031-05-03", "Osk"), id="the date first"),
    pytest.param("DONE in Osk on May 3rd, 2031.", ("2031-05-03", "Osk"), id="in a city; the month first"),
    pytest.param("Opened for signature at the Headquarters of the United Nations, Osk, on 3 May 2031.",
                 ("2031-05-03", "Osk"), id="opened for signature at headquarters"),
    pytest.param("DONE at The Quay this twenty third day of May, of the year two thousand and thirty-one.",
                 ("2031-05-23", "The Quay"), id="a place with an article"),
    pytest.param("Done at Venn, this ... day of May, two thousand and thirty-one.",
                 (None, "Venn"), id="the day left open"),
    pytest.param("DONE at Venn on this 3rd day of May, in the English language.", (None, "Venn"), id="no year"),
    pytest.param("DONE at Venn on 31 June 2031.", (None, "Venn"), id="a day that there is not"),
    pytest.param("Done at Venn on 3 May 2031 and at Osk on 9 May 2031.", (None, "Venn"), id="two dates: none"),
    pytest.param("DONE in the English language.", (None, None), id="neither"),
    pytest.param("We have appended our signatures this third day of May 2031.", ("2031-05-03", None), id="labour"),
    pytest.param("DONE at Venn on 3 May 2031.\n\nFor Osk:\n\nIvo Lamp, Osk, 9 June 2032", ("2031-05-03", "Venn"),
                 id="a signatory's own date"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), SIGNATURE)
def test_signature(words: str, expected: tuple[str | None, str | None]) -> None:
    found = facts_in("This Convention is done.", closing=WITNESS + words)
    told = tuple(found[kind].value if kind in found else None for kind in ("signed", "signed_at"))
    assert told == expected


def test_the_words_of_signature_run_into_the_last_article() -> None:
    found = facts_in(
        "The Keeper shall inform the Parties.IN FAITH WHEREOF the undersigned have signed this Convention, opened for "
        "signature at Osk, on the third day of May, two thousand and thirty-one."
    )
    assert (found["signed"].value, found["signed_at"].value, found["signed"].eid) == ("2031-05-03", "Osk", "art_2")


def test_a_treaty_mentioned_as_signed_somewhere_is_another() -> None:
    found = facts_in("Nothing here touches the Treaty done at Osk on 3 May 1931, signed at Venn on 4 May 1931.")
    assert "signed" not in found


def test_the_language_a_treaty_was_signed_in_is_the_authentic_one() -> None:
    found = facts_in("Lamps.", closing=f"{WITNESS}DONE at Venn on 3 May 2031, in duplicate in the English language.")
    assert found["authentic_languages"].value == ("en",)


def test_which_text_prevails() -> None:
    closing = (
        f"{WITNESS}DONE at Venn on 3 May 2031 in the Dutch, Thai and English languages, all texts being equally "
        "authentic. In case of divergence of interpretation, the English text shall prevail."
    )
    found = facts_in("Lamps.", closing=closing)
    assert (found["authentic_languages"].value, found["prevailing_language"].value) == (("nl", "th", "en"), "en")


OTHERS = [
    pytest.param("fr", "Accord", "entry_into_force",
                 "Le présent Accord entre en vigueur le trentième jour suivant la date du dépôt auprès du Gardien du "
                 "vingtième instrument de ratification.", "30th day after the 20th instrument", id="fr: entry"),
    pytest.param("fr", "Accord", "entry_into_force",
                 "Pour chaque État qui adhère, le présent Accord entre en vigueur à la date du dépôt de son "
                 "instrument.",
                 "absent", id="fr: for one State"),
    pytest.param("fr", "Accord", "entry_into_force", "Tout amendement au présent Accord entre en vigueur à la "
                                                     "signature.",
                 "absent", id="fr: an amendment"),
    pytest.param("fr", "Accord", "depositary", "Le Gardien des feux de Venn est le dépositaire du présent Accord.",
                 "Gardien des feux de Venn", id="fr: depositary"),
    pytest.param("fr", "Accord", "depositary",
                 "Les instruments de ratification sont déposés auprès du Gouvernement d’Osk, qui en informe les "
                 "Parties.",
                 "Gouvernement d’Osk", id="fr: deposit"),
    pytest.param("fr", "Accord", "authentic_languages",
                 "Les textes anglais, arabe et français du présent Accord font également foi.", ("en", "ar", "fr"),
                 id="fr: languages"),
    pytest.param("fr", "Accord", "withdrawal",
                 "Une Partie peut, par notification écrite, dénoncer le présent Accord.",
                 "denunciation", id="fr: leaving"),
    pytest.param("fr", "Accord", "notice",
                 "Une Partie peut dénoncer le présent Accord. La dénonciation prend effet un an après sa réception.",
                 "1 year", id="fr: notice"),
    pytest.param("fr", "Accord", "duration", "Le présent Accord est conclu pour une durée illimitée.", "unlimited",
                 id="fr: unlimited"),
    pytest.param("fr", "Accord", "duration", "Le présent Accord demeure en vigueur pour une période de dix ans.",
                 "10 years", id="fr: ten years"),
    pytest.param("es", "Acuerdo", "entry_into_force",
                 "El presente Acuerdo entrará en vigor 90 días después de la fecha en que se haya depositado el "
                 "sexagésimo instrumento de ratificación.", "90 days after the 60th instrument", id="es: entry"),
    pytest.param("es", "Acuerdo", "depositary", "El Guardián de los Faros será el depositario del presente Acuerdo.",
                 "Guardián de los Faros", id="es: depositary"),
    pytest.param("es", "Acuerdo", "depositary",
                 "Los instrumentos de ratificación se depositarán en poder del Gobierno de Osk.", "Gobierno de Osk",
                 id="es: deposit"),
    pytest.param("es", "Acuerdo", "authentic_languages",
                 "Los textos en árabe, español e inglés del presente Acuerdo son igualmente auténticos.",
                 ("ar", "es", "en"),
                 id="es: languages"),
    pytest.param("es", "Acuerdo", "notice",
                 "Toda Parte podrá denunciar el presente Acuerdo. La denuncia surtirá efecto seis meses después de su "
                 "recepción.", "6 months", id="es: notice"),
    pytest.param("es", "Acuerdo", "duration", "El presente Acuerdo tendrá una duración indefinida.", "unlimited",
                 id="es: unlimited"),
    pytest.param("ru", "Соглашения", "depositary",
                 "Депозитарием настоящего Соглашения является Хранитель маяков Венна.", "Хранитель маяков Венна",
                 id="ru: depositary"),
    pytest.param("ru", "Соглашения", "authentic_languages",
                 "Тексты настоящего Соглашения на английском, русском и французском языках являются равно "
                 "аутентичными.",
                 ("en", "ru", "fr"), id="ru: languages"),
    pytest.param("ru", "Соглашения", "entry_into_force", "Настоящее Соглашение вступает в силу через 30 дней.", None,
                 id="ru: where it stands"),
    pytest.param("zh", "协定", "depositary", "文城港务长应为本协定的保存人。", "文城港务长", id="zh: depositary"),
    pytest.param("zh", "协定", "authentic_languages", "本协定的中文、英文和俄文文本同等作准。", ("zh", "en", "ru"),
                 id="zh: languages"),
    pytest.param("zh", "协定", "withdrawal", "缔约方可书面通知退出本协定。", "withdrawal", id="zh: leaving"),
    pytest.param("ar", "الاتفاق", "depositary", "تودع صكوك التصديق لدى حارس المنارات.", "حارس المنارات",
                 id="ar: depositary"),
    pytest.param("ar", "الاتفاق", "authentic_languages",
                 "تكون نصوص هذا الاتفاق باللغات الإنكليزية والعربية والفرنسية متساوية في الحجية.", ("en", "ar", "fr"),
                 id="ar: languages"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "own", "kind", "clause", "value"), OTHERS)
def test_other_languages(language: str, own: str, kind: FactKind, clause: str, value: object) -> None:
    assert value_of(kind, clause, language, own) == value


OTHER_SIGNATURES = [
    pytest.param("fr", "EN FOI DE QUOI, les soussignés ont signé le présent Accord.\n\nFAIT à Port-Lux, le trois mai "
                       "deux mille trente et un.", ("2031-05-03", "Port-Lux"), id="fr"),
    pytest.param("es", "EN FE DE LO CUAL, los infrascritos han firmado el presente Acuerdo.\n\nHECHO en Puerto Luz, el "
                       "día tres de mayo de dos mil treinta y uno.", ("2031-05-03", "Puerto Luz"), id="es"),
    pytest.param("ru", "В УДОСТОВЕРЕНИЕ ЧЕГО нижеподписавшиеся подписали настоящее Соглашение.\n\nСовершено в Венне "
                       "третьего мая две тысячи тридцать первого года.",
                       ("2031-05-03", None), id="ru: the place is declined"),
    pytest.param("zh", "以昭信守，下列签署人签署本协定。\n\n二〇三一年五月三日订于文城。", ("2031-05-03", "文城"),
                 id="zh: the date first"),
    pytest.param("ar", "وإثباتا لذلك، وقع الموقعون أدناه.\n\nحُررت في البندر، في 3 أيار/مايو 2031.",
                 ("2031-05-03", "البندر"), id="ar"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "closing", "expected"), OTHER_SIGNATURES)
def test_signatures_in_other_languages(language: str, closing: str, expected: tuple[str, str | None]) -> None:
    own = {"fr": "Accord", "es": "Acuerdo", "ru": "Соглашения", "zh": "协定", "ar": "الاتفاق"}[language]
    found = facts_in("…", language, own, closing=f"\n\n{closing}")
    told = tuple(found[kind].value if kind in found else None for kind in ("signed", "signed_at"))
    assert told == expected


LAMPS = "Article 1\n\nThe lamps of this Convention burn."
ELSEWHERE = [
    pytest.param(
        (LAMPS, "Article 2\n\nArticle 9 of the Treaty of Osk shall be replaced by the following:\n\n“This Convention "
                "shall enter into force on signature. Any Party may denounce this "
                "Convention.”"), id="in quotation marks"),
    pytest.param(
        (LAMPS, "Article 2\n\nArticle 9 is amended to read as follows:\n\nThis Convention shall enter into force on "
         "signature. Any Party may denounce this Convention."), id="put in without marks"),
    pytest.param(
        (LAMPS, "ANNEX I\n\nArticle 1\n\nThis Convention shall enter into force on signature.\n\nArticle 2\n\nAny "
                "Party may denounce this Convention."), id="in an annex"),
]  # fmt: skip


@pytest.mark.parametrize("articles", ELSEWHERE)
def test_final_clauses_of_something_else_are_not_the_treatys(articles: tuple[str, ...]) -> None:
    assert {fact.kind for fact in find_facts(parsed_of(*articles))} & {"entry_into_force", "withdrawal"} == set()


def test_the_preamble_speaks_of_other_treaties() -> None:
    preamble = "The Parties, recalling that this Convention shall enter into force on signature, have agreed:"
    assert find_facts(parse_text(treaty_text(LAMPS, preamble=preamble))) == ()


def test_an_act_signed_behind_its_appendix() -> None:
    text = treaty_text(
        "Article 1\n\nThe lamps of this Act burn.",
        "APPENDIX\n\nArticle I\n\nThis Appendix is part of this Act.\n\nIN WITNESS WHEREOF the undersigned have signed "
        "this Act.\n\nDONE at Osk on 3 May 2031.",
    )
    found = {fact.kind: fact.value for fact in find_facts(parse_text(text))}
    assert (found["signed"], found["signed_at"]) == ("2031-05-03", "Osk")


def test_facts_come_in_a_fixed_order_each_once() -> None:
    parsed = parsed_of(
        LAMPS,
        "Article 2\n\n1. Any Party may denounce this Convention on one year's notice.\n\n2. Any Party may withdraw "
        "from this Convention.\n\n3. This Convention shall be of unlimited duration.\n\n4. This Convention shall enter "
        "into force on signature.",
    )
    kinds = [fact.kind for fact in find_facts(parsed)]
    assert kinds == ["entry_into_force", "duration", "withdrawal", "notice"]
    assert kinds == sorted(kinds, key=KINDS.index)


def test_a_language_without_rules_has_no_facts() -> None:
    parsed = parsed_of(LAMPS, "Article 2\n\nThis Convention shall be of unlimited duration.")
    assert find_facts(parsed) != ()
    assert find_facts(replace(parsed, treaty=replace(parsed.treaty, language="nl"))) == ()
    assert drafting_of("nl") is None


def with_facts(signed: str | None) -> ParsedTreaty:
    parsed = parsed_of(LAMPS, f"Article 2\n\nLamps.{WITNESS}DONE at Venn on 3 May 2031.")
    parsed = replace(parsed, treaty=replace(parsed.treaty, facts=Facts(signed=signed)))
    return replace(parsed, facts_from_text=find_facts(parsed))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(None, (), id="nothing was given"),
        pytest.param("2031-05-03", (), id="the same"),
        pytest.param("2031", (), id="the same, less exactly"),
        pytest.param(
            "1931-05-03", ("signed on 1931-05-03 as given, on 2031-05-03 in its own words (final)",), id="another"
        ),
    ],
)
def test_contradictions(given: str | None, told: tuple[str, ...]) -> None:
    assert contradictions(with_facts(given)) == told


def test_facts_in_words() -> None:
    parsed = with_facts("2031-05-03")
    assert [tell(fact) for fact in parsed.facts_from_text] == ["2031-05-03", "Venn"]
    assert list(given_facts(parsed)) == [("signed", "2031-05-03")]
    assert tell(Fact("authentic_languages", ("zh", "en", "xx"), "a", 0, 1)) == "Chinese, English, xx"
    assert tell(Fact("prevailing_language", "fr", "a", 0, 1)) == "French"
    assert tell(Fact("entry_into_force", None, "a", 0, 1)) == "as its words say"


# Words of final clauses in no order, which is what rules of words find hardest.
SOUP = (
    "this the present Convention Agreement shall may will enter come into force in effect on upon after from date of "
    "deposit thirtieth instrument ratification with deposited denounce withdraw terminate notice six months and "
    "but , . ; "
    "it until unless by either depositary be authentic texts English French equally remain for a period Done at "
    "Venn May "
    '2031 “ ” " : follows replaced'
).split()


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(SOUP), max_size=120).map(" ".join), st.sampled_from(["en", "fr", "es", "ru", "zh", "ar"])
)
def test_any_words_give_facts_that_lie_in_their_provisions(words: str, language: str) -> None:
    parsed = parsed_of(f"Article 1\n\n{words}", f"Article 2\n\n{words}\n\nDONE at Venn {words}", language="en")
    parsed = replace(parsed, treaty=replace(parsed.treaty, language=language))
    for fact in find_facts(parsed):
        provision = parsed.by_eid[fact.eid]
        assert provision.start <= fact.start < fact.end <= provision.end


@settings(max_examples=40)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(find_facts(parse_text(f"Article 1\n\n{text}\n\nArticle 2\n\n{text}")), tuple)


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_however_long_a_text_few_of_its_sentences_are_read(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at does not grow with a text that is nothing but letters of final clauses."""
    from ingest.final_clauses import ClauseReader

    read = ClauseReader.read
    counted: list[str] = []

    def count(self: ClauseReader, kind: FactKind, *rest: object) -> object:
        counted.append(kind)
        return read(self, kind, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(ClauseReader, "read", count)
    clause = {
        "en": "Lamps deposit and terminate. ",
        "fr": "Le dépôt, la dénonciation. ",
        "es": "El depósito, la denuncia. ",
    }
    articles = [f"Article {n}\n\n{clause[language] * 200}" for n in range(1, 60)]
    find_facts(parsed_of(*articles, language=language))
    assert 0 < len(counted) <= 400 * 6
