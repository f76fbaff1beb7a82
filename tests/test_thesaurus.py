"""The thesaurus: a file that people can review, everyday words that reach treaty words, no more than is there."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import ThesaurusBroken
from service.thesaurus import FIELDS, Entry, expand, load_thesaurus, read_thesaurus, words_of

HEAD = "field\tphrase\twords"


def words(text: str) -> list[str]:
    """The treaty words that a question brings."""
    return [word for expansion in expand(text) for word in expansion.words]


def written(folder: Path, *lines: str) -> Path:
    path = folder / "thesaurus.tsv"
    path.write_text("\n".join((HEAD, *lines)) + "\n", "utf-8")
    return path


# --- the data


def test_the_file_covers_every_field_of_treaty_law() -> None:
    count = Counter(entry.field for entry in load_thesaurus().entries)
    assert set(count) == FIELDS
    assert min(count.values()) >= 30
    assert count.total() >= 3_500


def test_the_file_is_sorted_so_that_a_change_of_it_can_be_read() -> None:
    keys = [(entry.field, entry.phrase) for entry in load_thesaurus().entries]
    assert keys == sorted(keys)


def test_phrases_are_in_small_letters_and_nothing_is_set_about_with_blanks() -> None:
    for entry in load_thesaurus().entries:
        assert entry.phrase == " ".join(entry.phrase.lower().split())
        assert all(word == " ".join(word.split()) for word in entry.words)


def test_no_treaty_word_is_given_twice_for_a_phrase() -> None:
    for entry in load_thesaurus().entries:
        assert len(set(entry.words)) == len(entry.words), entry


@pytest.mark.parametrize("word", "state party treaty article who what can will may must country law not no".split())
def test_a_word_that_stands_in_every_question_brings_nothing(word: str) -> None:
    assert expand(word) == ()


# --- everyday words


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param("Can we take this to the World Court?", "International Court of Justice", id="a court's nickname"),
        pytest.param("Does the ICJ decide?", "International Court of Justice", id="letters for a court"),
        pytest.param("What may the Council in New York order?", "Security Council", id="a body by its place"),
        pytest.param("Can the IAEA inspect us?", "International Atomic Energy Agency", id="letters for a body"),
        pytest.param("Who may be thrown in jail?", "detention", id="jail"),
        pytest.param("The ambassador's driver was arrested.", "private servant", id="a servant, by his master"),
        pytest.param("Our chauffeur was fined.", "service staff", id="a servant, alone"),
        pytest.param("How do we pull out?", "withdrawal", id="two small words for one"),
        pytest.param("They quit last year.", "denunciation", id="a verb"),
        pytest.param("Can Venn leave the treaty?", "withdrawal", id="the article left out"),
        pytest.param("When does it sign up for good?", "ratification", id="four words"),
        pytest.param("Tell whoever keeps the original.", "depositary", id="a task for an office"),
        pytest.param("Must Arvenia hand over a suspect?", "extradition", id="a phrase with an article in it"),
        pytest.param("Was the suspect handed over?", "extradition", id="a participle"),
        pytest.param("The lorries were stopped.", "road transport", id="a British word in the plural"),
        pytest.param("Our trucks were stopped.", "road transport", id="an American word"),
        pytest.param("No nukes here.", "nuclear weapons", id="slang"),
        pytest.param("Are tariffs banned?", "customs duties", id="a word of the newspapers"),
        pytest.param("What may the taxman ask?", "tax authorities", id="an official by nickname"),
        pytest.param("I am on the dole.", "unemployment benefit", id="a benefit by nickname"),
        pytest.param("Two sailors drowned.", "seafarer", id="a trade"),
        pytest.param("A plane was seized.", "aircraft", id="a vehicle"),
        pytest.param("They sell copycat goods.", "infringement", id="copycat goods"),
        pytest.param("It was a hush-up.", "corruption", id="with a hyphen"),
        pytest.param("We live in refugee camps.", "refugees", id="a plural"),
        pytest.param("A BRIBE was paid", "bribery", id="capitals"),
        pytest.param("The children’s father won’t pay: alimony?", "maintenance obligations", id="curly quotes"),
        pytest.param("They stole our fishing boats.", "fishing vessels", id="a word that two words make another"),
        pytest.param("He was jailed abroad.", "communication and contact with nationals", id="a phrase of a field"),
        pytest.param("Who got fired?", "termination of employment", id="an irregular form"),
    ],
)
def test_everyday_words_reach_treaty_words(asked: str, expected: str) -> None:
    assert expected in words(asked)


@pytest.mark.parametrize(
    ("asked", "unexpected"),
    [
        pytest.param("What is the national policy?", "expropriation", id="a stem shared with nationalise"),
        pytest.param("Which plan was adopted?", "aircraft", id="plan is no plane"),
        pytest.param("Who gives training?", "railway", id="training is no train"),
        pytest.param("What authority is competent?", "literary and artistic works", id="an authority is no author"),
        pytest.param("Who is a member?", "World Health Organization", id="who is not WHO"),
        pytest.param("The ship's driver", "private servant", id="a driver of no ambassador"),
        pytest.param("Is the bank on the board?", "embassy", id="nothing near it"),
        pytest.param("A reader may seed the clouds", "rights of access", id="seed is no form of see"),
    ],
)
def test_words_that_only_look_alike_bring_nothing(asked: str, unexpected: str) -> None:
    assert unexpected not in words(asked)


def test_a_phrase_within_a_longer_one_is_left_out() -> None:
    assert [expansion.phrase for expansion in expand("a fake passport")] == ["fake passport"]


def test_longer_phrases_come_first_and_each_comes_once() -> None:
    found = expand("A lorry, then lorries: were the drivers locked up without trial?")
    assert [expansion.phrase for expansion in found] == ["locked up without trial", "lorry"]


def test_a_word_of_two_fields_brings_the_words_of_both(tmp_path: Path) -> None:
    path = written(tmp_path, "crime\tdraft\tattempt", "finance\tdrafts\tbill of exchange; attempt")
    (expansion,) = read_thesaurus(path).expand("my draft")
    assert expansion.words == ("attempt", "bill of exchange")
    assert expansion.fields == ("crime", "finance")


# --- any text


@given(st.text(max_size=300))
def test_no_text_is_refused(text: str) -> None:
    assert len(expand(text)) <= len(words_of(text, {}))


@given(
    st.lists(st.sampled_from(load_thesaurus().entries), min_size=1, max_size=6), st.sampled_from([" ", ", ", "; a "])
)
def test_what_is_brought_stands_in_the_file(entries: list[Entry], between: str) -> None:
    thesaurus = load_thesaurus()
    allowed = dict.fromkeys(thesaurus.by_words.values())
    text = between.join(entry.phrase for entry in entries)
    found = thesaurus.expand(text)
    assert found
    assert all(expansion in allowed for expansion in found)
    asked = " ".join(words_of(text, thesaurus.bases))
    assert all(" ".join(words_of(expansion.phrase, thesaurus.bases)) in asked for expansion in found)


@given(st.sampled_from(load_thesaurus().entries))
def test_every_entry_is_found_by_its_own_phrase(entry: Entry) -> None:
    (expansion,) = expand(entry.phrase.upper())
    assert entry.field in expansion.fields
    assert set(entry.words) <= set(expansion.words)


# --- a broken file


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param("sea\tboat", "2 columns", id="a column is missing"),
        pytest.param("sea\tboat\tvessel\tship", "4 columns", id="a column too many"),
        pytest.param("", "1 columns", id="an empty line"),
        pytest.param("lamps\tboat\tvessel", "'lamps' is no field", id="a field that is not in the list"),
        pytest.param("sea\tthe\tvessel", "one to 4 words", id="a phrase of no word"),
        pytest.param("sea\ta boat with no lamp lit\tvessel", "one to 4 words", id="a phrase too long"),
        pytest.param("sea\tboat\tvessel; ", "none of them empty", id="an empty treaty word"),
        pytest.param("sea\tboat\ta; b; c; d; e; f", "one to 5", id="too many treaty words"),
        pytest.param("sea\tboat\tThe Boats; vessel", "leads to itself", id="a phrase that leads to itself"),
        pytest.param("sea\tlamps\tlight", "'lamps' stands in the field sea as 'lamp' already", id="a duplicate"),
    ],
)
def test_a_broken_line_is_named(line: str, reason: str, tmp_path: Path) -> None:
    path = written(tmp_path, "sea\tlamp\tlighthouse", line)
    with pytest.raises(ThesaurusBroken) as raised:
        read_thesaurus(path)
    assert raised.value.line == 3
    assert str(raised.value).startswith(f"{path}, line 3: ")
    assert reason in str(raised.value)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(b"", 1, id="nothing"),
        pytest.param(b"sea\tboat\tvessel\n", 1, id="no head"),
        pytest.param(b"field\tphrase\twords\nsea\tb\xe9b\xe9\tchild\n", 0, id="not UTF-8"),
        pytest.param(None, 0, id="no file"),
    ],
)
def test_a_file_of_another_form_is_named(content: bytes | None, line: int, tmp_path: Path) -> None:
    path = tmp_path / "thesaurus.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ThesaurusBroken, match="Correct the thesaurus") as raised:
        read_thesaurus(path)
    assert raised.value.line == line


def test_a_file_of_no_entries_brings_nothing(tmp_path: Path) -> None:
    thesaurus = read_thesaurus(written(tmp_path))
    assert thesaurus.entries == thesaurus.expand("Who keeps the original?") == ()
