"""The word index: every language by its own rules, any question without complaint, scores within bounds."""

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import IndexBroken
from ingest.index import Index
from ingest.lexical import LexicalIndex, build_lexical, language_field, prepare_text
from ingest.models import Passage

# (treaty, language, words): what the tests look for, and one passage more of each language beside it.
PASSAGES = (
    ("salt", "en", "The Parties shall not violate the obligations of this Treaty."),
    ("salt", "en", "Ships may enter the harbour by day; ships bearing salt may enter it at night too."),
    ("tolls", "en", "Ships shall pay a toll of one penny."),
    ("sel", "fr", "Les États contractants s’engagent à l’égalité des pêcheurs."),
    ("sel", "fr", "Le présent traité entrera en vigueur le jour de la signature."),
    ("sal", "es", "Las Partes respetarán los derechos de los pescadores y su embarcación."),
    ("sal", "es", "El presente tratado entrará en vigor el día de la firma."),
    ("соль", "ru", "Стороны обязуются уважать права рыбаков."),
    ("соль", "ru", "Настоящий договор вступает в силу в день подписания."),
    ("ملح", "ar", "تتعهد الأطراف باحترام حقوق الصيادين."),
    ("ملح", "ar", "تدخل هذه المعاهدة حيز النفاذ يوم التوقيع."),
    ("盐", "zh", "缔约国应当尊重渔民的权利。"),
    ("盐", "zh", "本条约自签署之日起生效。"),
    ("zout", "nl", "De Partijen eerbiedigen de verplichtingen van dit verdrag."),
    ("salz", "de", "Die Vertragsparteien achten die Häfen und Verpflichtungen."),
    ("sale", "it", "Le Parti rispettano i diritti dei pescatori."),
)


def passages_of(rows: Sequence[tuple[str, str, str]]) -> tuple[list[Passage], list[str]]:
    passages = [
        Passage(f"{treaty}/art_{n}", treaty, f"art_{n}", f"art_{n}", 0, len(words), words, words)
        for n, (treaty, _, words) in enumerate(rows, start=1)
    ]
    return passages, [language for _, language, _ in rows]


def open_built(folder: Path, rows: Sequence[tuple[str, str, str]]) -> LexicalIndex:
    build_lexical(folder, *passages_of(rows))
    return LexicalIndex(folder)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    return open_built(tmp_path_factory.mktemp("words") / "lexical", PASSAGES)


@pytest.fixture(scope="module")
def found(index: LexicalIndex) -> Callable[..., list[str]]:
    """The words of the passages found, best first."""

    def search(text: str, *languages: str, treaties: Sequence[str] = ()) -> list[str]:
        rows = index.search(text, 10, treaties=treaties, languages=languages or ("en",))
        return [PASSAGES[row][2] for row, _ in rows]

    return search


def test_it_counts_what_was_written(index: LexicalIndex) -> None:
    assert index.passages == len(PASSAGES)


@pytest.mark.parametrize(
    ("language", "asked", "stands"),
    [
        pytest.param("en", "violating an obligation", "violate the obligations", id="en: stems"),
        pytest.param("en", "VIOLATION", "violate", id="en: capitals"),
        pytest.param("fr", "égal pêcheur", "égalité des pêcheurs", id="fr: stems"),
        pytest.param("fr", "pecheurs", "pêcheurs", id="fr: typed without accents"),
        pytest.param("fr", "l’État contractant", "États contractants", id="fr: elision"),
        pytest.param("es", "el derecho del pescador", "derechos de los pescadores", id="es: stems"),
        pytest.param("es", "embarcacion", "embarcación", id="es: typed without accents"),
        pytest.param("ru", "право рыбака", "права рыбаков", id="ru: cases"),
        pytest.param("ar", "حقوق الصيادين", "حقوق الصيادين", id="ar: as written"),
        pytest.param("ar", "صيادين", "الصيادين", id="ar: without its article"),
        pytest.param("zh", "渔民有什么权利?", "渔民的权利", id="zh: no blanks between words"),
        pytest.param("nl", "verplichting", "verplichtingen", id="nl: stems"),
        pytest.param("de", "Verpflichtung", "Verpflichtungen", id="de: stems"),
        pytest.param("it", "diritti", "diritti", id="it: no stemmer, as written"),
    ],
)
def test_words_are_found_by_the_rules_of_their_language(
    language: str, asked: str, stands: str, found: Callable[..., list[str]]
) -> None:
    assert stands in found(asked, language)[0]


def test_a_language_is_searched_only_when_asked_for(found: Callable[..., list[str]]) -> None:
    assert found("pêcheurs", "en") == []
    assert len(found("pêcheurs рыбаков", "fr", "ru")) == 2


def test_languages_without_a_stemmer_share_a_field() -> None:
    assert language_field("zh") == language_field("it") == language_field("tlh") == "words_other"
    assert language_field("fr") == "words_fr"


def test_the_passage_that_has_more_of_the_words_is_first(found: Callable[..., list[str]]) -> None:
    assert found("ships entering at night")[0].startswith("Ships may enter")


@pytest.mark.parametrize("text", ["", " \n\t", "the of and", "?!…", "x" * 61], ids=repr)
def test_what_has_no_word_to_look_for_finds_nothing(text: str, index: LexicalIndex) -> None:
    assert index.search(text, 10) == []


def test_only_the_treaties_asked_for_are_searched(index: LexicalIndex, found: Callable[..., list[str]]) -> None:
    assert len(found("ships")) == 2
    assert found("ships", treaties=["tolls"]) == [PASSAGES[2][2]]
    assert len(found("ships", treaties=["tolls", "salt"])) == 2
    assert found("ships", treaties=["nowhere"]) == []
    # The filter adds nothing to the score.
    assert dict(index.search("ships", 10, treaties=["tolls"])) == {2: dict(index.search("ships", 10))[2]}


def test_treaty_ids_are_taken_whole_and_in_any_script(found: Callable[..., list[str]]) -> None:
    assert found("рыбаков", "ru", treaties=["соль"])
    assert found("ships", treaties=["sal"]) == []


def test_no_more_are_given_than_asked_for(index: LexicalIndex) -> None:
    assert len(index.search("ships", 1)) == 1


def test_equal_passages_come_in_their_order_each_time(tmp_path: Path) -> None:
    index = open_built(tmp_path / "lexical", [("salt", "en", "Ships pay a toll.")] * 40)
    for _ in range(3):
        assert [row for row, _ in index.search("toll", 40)] == list(range(40))


def test_a_question_of_a_thousand_words_is_taken(index: LexicalIndex) -> None:
    assert index.search("ships " + " ".join(f"word{n}" for n in range(1_000)), 10)


def test_chinese_characters_stand_apart_and_nothing_else_is_changed() -> None:
    assert prepare_text("第4条 (art. 4)").split() == ["第", "4", "条", "(art.", "4)"]
    assert re.sub(r"\s", "", prepare_text("缔约国 shall")) == "缔约国shall"


# --- any question


utf8_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
punctuated = st.lists(
    st.sampled_from([*"+-&|!(){}[]^\"~*?:\\/'<>=@#$%;,._“”«»’‘…–—", " ", "ships", "AND", "NOT", "title:"]),
    max_size=30,
).map("".join)


@given(text=utf8_text | punctuated)
def test_no_question_is_refused(index: LexicalIndex, text: str) -> None:
    languages = ("en", "fr", "es", "ru", "ar", "zh")
    scores = [score for _, score in index.search(text, 10, languages=languages)]
    assert scores == sorted(scores, reverse=True)
    assert index.most(text, languages) >= 0


def test_a_question_in_broken_bytes_is_taken(index: LexicalIndex) -> None:
    # What Python makes of a byte that is not UTF-8 on the command line; the embedder takes it.
    assert index.search("ships \udcff", 10)


@given(punctuated)
def test_punctuation_around_words_changes_nothing(index: LexicalIndex, marks: str) -> None:
    marks = re.sub(r"\w+", "", marks).replace("_", "")
    assert index.search(f"{marks} toll {marks}", 10) == index.search("toll", 10)


# --- words beside the question's own


def test_extra_words_find_what_the_question_does_not(index: LexicalIndex) -> None:
    assert index.search("boats", 10) == []
    assert {PASSAGES[row][2][:5] for row, _ in index.search("boats", 10, extra=("ships", "entry by night"))} == {
        "Ships"
    }


@pytest.mark.parametrize(
    ("languages", "extra", "expected"),
    [
        pytest.param(["en"], ["obligations"], "violate the obligations", id="stems"),
        pytest.param(["en"], ["the Parties to it"], "The Parties", id="a phrase with stop words"),
        pytest.param(["fr"], ["égalité"], "égalité", id="the language asked for"),
    ],
)
def test_extra_words_are_read_like_a_question(
    languages: list[str], extra: list[str], expected: str, index: LexicalIndex
) -> None:
    ((row, _),) = index.search("", 10, languages=languages, extra=extra)
    assert expected in PASSAGES[row][2]


def test_extra_words_count_for_their_weight(index: LexicalIndex) -> None:
    own, light, heavy = (
        dict(index.search(text, 10, extra=extra, extra_weight=weight))
        for text, extra, weight in (("toll", (), 0.5), ("", ("toll",), 0.25), ("", ("toll",), 0.75))
    )
    assert light == {row: pytest.approx(score * 0.25) for row, score in own.items()}
    assert heavy == {row: pytest.approx(score * 0.75) for row, score in own.items()}
    assert index.search("", 10, extra=("toll",), extra_weight=0) == []


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param(("toll", "TOLLS"), id="words of the question"),
        pytest.param(("the of",), id="stop words"),
        pytest.param(("zeppelin",), id="a word that no passage holds"),
        pytest.param(("obligatoins",), id="a typo, which nobody made who reviewed a list"),
    ],
)
def test_extra_words_that_add_nothing_change_nothing(extra: Sequence[str], index: LexicalIndex) -> None:
    assert index.search("toll", 10, extra=extra) == index.search("toll", 10)
    assert index.most("toll", extra=extra) == index.most("toll")


# --- words mistyped


@pytest.mark.parametrize(
    ("typed", "language", "stands"),
    [
        pytest.param("harbuor", "en", "harbour", id="two letters changed places"),
        pytest.param("harbou", "en", "harbour", id="a letter is missing"),
        pytest.param("HARRBOUR", "en", "harbour", id="a letter too many, in capitals"),
        pytest.param("penmy", "en", "penny", id="another letter, in a word of five"),
        pytest.param("sginatrue", "fr", "signature", id="two edits in a long word"),
        pytest.param("obligatoins", "en", "obligations", id="an ending that is none"),
        pytest.param("signatire", "fr", "signature", id="fr"),
        pytest.param("pescadroes", "es", "pescadores", id="es"),
        pytest.param("рыбакав", "ru", "рыбаков", id="ru"),
    ],
)
def test_a_word_that_nobody_uses_stands_for_one_like_it(
    typed: str, language: str, stands: str, found: Callable[..., list[str]]
) -> None:
    assert stands in found(typed, language)[0]


@pytest.mark.parametrize(
    ("typed", "languages"),
    [
        pytest.param("tol", ["en"], id="a short word"),
        pytest.param("hrabuor", ["en"], id="two edits in a short word"),
        pytest.param("hraburos", ["en"], id="three edits"),
        pytest.param("2harbour", ["en"], id="not all letters"),
        pytest.param("harbour", ["fr"], id="a language not asked for"),
    ],
)
def test_what_is_too_far_from_any_word_stands_for_none(
    typed: str, languages: list[str], found: Callable[..., list[str]]
) -> None:
    assert found(typed, *languages) == []


@pytest.mark.parametrize(
    ("held", "languages"),
    [
        pytest.param([("salt", "en", "harbour"), ("salt", "en", "harboir")], ["en"], id="in its language"),
        pytest.param([("salt", "en", "harbour"), ("sel", "fr", "harboir")], ["en", "fr"], id="in another"),
    ],
)
def test_a_word_that_a_passage_holds_is_taken_as_it_is(
    held: list[tuple[str, str, str]], languages: list[str], tmp_path: Path
) -> None:
    index = open_built(tmp_path / "lexical", held)
    assert [row for row, _ in index.search("harbours", 10, languages=languages)] == [0]
    assert [row for row, _ in index.search("harboor", 10, languages=languages)] == [0, 1]


def test_a_guess_counts_less_than_the_word_and_less_the_more_there_are(tmp_path: Path) -> None:
    words = ["lamps", "lamed lamer", "lamer", "harbour", "port", "salt"]
    index = open_built(tmp_path / "lexical", [("salt", "en", word) for word in words])
    exact, guessed, common = (dict(index.search(text, 10)) for text in ("harbour", "harbuor", "lamem"))
    assert exact.keys() == guessed.keys() == {3}
    assert guessed[3] < exact[3]
    assert common.keys() == {1, 2}
    assert max(common.values()) < guessed[3]


# --- the most that can be scored


def words_of(index: Index) -> list[str]:
    text = " ".join(parsed.treaty.text for parsed in index.treaties.values())
    return sorted(set(re.findall(r"\w+", text)))


@given(data=st.data())
def test_no_passage_of_the_samples_scores_more_than_the_most(sample_index: Index, data: st.DataObject) -> None:
    vocabulary = [*words_of(sample_index), "zeppelin", "the", "条"]
    asked = " ".join(data.draw(st.lists(st.sampled_from(vocabulary), max_size=80)))
    scores = [score for _, score in sample_index.search_words(asked, len(sample_index.rows))]
    assert max(scores, default=0.0) <= sample_index.most_words(asked) * (1 + 1e-6)


@given(data=st.data())
def test_no_passage_scores_more_with_extra_words_and_typos(index: LexicalIndex, data: st.DataObject) -> None:
    vocabulary = sorted({word for _, _, text in PASSAGES for word in text.split()} | {"obligatoins", "harbuor", "tiol"})
    some = st.lists(st.sampled_from(vocabulary), max_size=12)
    asked, extra = " ".join(data.draw(some)), data.draw(some)
    weight = data.draw(st.sampled_from((0.0, 0.1, 0.5, 1.0)))
    languages = data.draw(st.lists(st.sampled_from(("en", "fr", "es", "ru", "zh")), min_size=1))
    found = index.search(asked, 20, languages=languages, extra=extra, extra_weight=weight)
    assert max((score for _, score in found), default=0.0) <= index.most(
        asked, languages, extra=extra, extra_weight=weight
    ) * (1 + 1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_no_passage_of_an_odd_corpus_scores_more_than_the_most(seed: int, tmp_path: Path) -> None:
    # One passage or many, of one word or of one word five hundred times over.
    draw = random.Random(seed)
    vocabulary = [f"w{n}" for n in range(draw.choice((1, 3, 30)))]
    rows = [
        ("salt", draw.choice(("en", "fr")), " ".join(draw.choices(vocabulary, k=draw.choice((1, 5, 500)))))
        for _ in range(draw.choice((1, 2, 50)))
    ]
    index = open_built(tmp_path / "lexical", rows)
    for _ in range(20):
        asked = " ".join(draw.choices([*vocabulary, "unheard"], k=draw.choice((1, 2, 70))))
        scores = [score for _, score in index.search(asked, len(rows), languages=("en", "fr"))]
        assert max(scores, default=0.0) <= index.most(asked, ("en", "fr")) * (1 + 1e-6)


def test_a_word_that_nobody_uses_counts_towards_the_most(index: LexicalIndex) -> None:
    assert index.most("ships zeppelin") > index.most("ships") > 0
    assert index.most("ships ships ships") == index.most("ships")
    assert index.most("") == 0


# --- damage


@pytest.mark.parametrize("damage", ["no folder", "no meta.json", "meta.json of noise", "no segment", "noise"])
def test_what_cannot_be_opened_is_named_with_the_remedy(damage: str, tmp_path: Path) -> None:
    folder = tmp_path / "lexical"
    if damage != "no folder":
        build_lexical(folder, *passages_of(PASSAGES))
        segment = next(folder.glob("*.term"))
        match damage:
            case "no meta.json":
                (folder / "meta.json").unlink()
            case "meta.json of noise":
                (folder / "meta.json").write_text("{")
            case "no segment":
                segment.unlink()
            case "noise":
                segment.write_bytes(b"noise" * 200)
    with pytest.raises(IndexBroken, match=r"lexical: the word index cannot be opened .* Ingest"):
        LexicalIndex(folder)


def test_a_folder_that_is_there_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "lexical").mkdir()
    with pytest.raises(FileExistsError):
        build_lexical(tmp_path / "lexical", *passages_of(PASSAGES))
