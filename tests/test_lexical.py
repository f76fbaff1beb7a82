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


@pytest.mark.xfail(strict=True, raises=UnicodeEncodeError, reason="a lone surrogate is not replaced")
def test_a_question_in_broken_bytes_is_taken(index: LexicalIndex) -> None:
    # What Python makes of a byte that is not UTF-8 on the command line; the embedder takes it.
    assert index.search("ships \udcff", 10)


@given(punctuated)
def test_punctuation_around_words_changes_nothing(index: LexicalIndex, marks: str) -> None:
    marks = re.sub(r"\w+", "", marks).replace("_", "")
    assert index.search(f"{marks} toll {marks}", 10) == index.search("toll", 10)


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
