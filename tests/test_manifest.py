"""corpus.yaml and the finding of files: what is read, and what is told to whoever wrote it wrongly."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import ManifestError
from ingest.manifest import Entry, find_entries, read_manifest
from ingest.models import Facts

Write = Callable[..., Path]

WHOLE = """\
treaties:
- id: venn
  file: texts/venn.txt
  title: Treaty of Venn
  aliases: [Venn Treaty, " Lamp Treaty "]
  language: en
  kind: bilateral
  parties: [Venn, Osk]
  signed: 1931-05-03
  signed_at: Venn
  in_force: '1932-01-01'
  depositary: Venn
  text_status: unofficial translation
  provenance: invented
  licence: Apache-2.0
- id: osk.2_b
  file: osk.pdf
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file below the test's folder and gives its path."""

    def write_file(text: str | bytes, name: str = "corpus.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_file


def test_every_field_is_read(write: Write) -> None:
    manifest = write(WHOLE)
    assert read_manifest(manifest) == [
        Entry(
            path=manifest.parent / "texts/venn.txt",
            id="venn",
            title="Treaty of Venn",
            aliases=("Venn Treaty", "Lamp Treaty"),
            language="en",
            text_status="unofficial translation",
            facts=Facts(
                kind="bilateral",
                parties=("Venn", "Osk"),
                signed="1931-05-03",
                signed_at="Venn",
                in_force="1932-01-01",
                depositary="Venn",
                provenance="invented",
                licence="Apache-2.0",
            ),
        ),
        Entry(path=manifest.parent / "osk.pdf", id="osk.2_b"),
    ]


NO_MANIFEST = [
    pytest.param("treaties:\n- id: venn\n  file: [venn\n", "line 4, column 1: this is not valid YAML",
                 id="a bracket left open"),
    pytest.param("treaties:\n\t- id: venn\n", "line 2, column 1: this is not valid YAML", id="a tab"),
    pytest.param("treaties: !!python/object:os.system x", "line 1, column 11", id="a Python object"),
    pytest.param("\x00", "not valid YAML", id="a control character"),
    pytest.param(b"\xff\xfe\x00", "not UTF-8", id="bytes that are no text"),
    pytest.param("", 'no list "treaties"', id="nothing"),
    pytest.param("- id: venn\n", 'no list "treaties"', id="a list alone"),
    pytest.param("treaties: venn\n", 'no list "treaties"', id="a word for the list"),
    pytest.param("treaties: []\n", 'no list "treaties"', id="an empty list"),
    pytest.param("treaties:\n- id: venn\n  file: v.txt\n  signed: 2001-02-30\n", "day is out of range",
                 id="a day that is none"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), NO_MANIFEST)
def test_what_is_no_manifest(write: Write, text: str | bytes, words: str) -> None:
    manifest = write(text)
    with pytest.raises(ManifestError, match=words) as caught:
        read_manifest(manifest)
    assert str(caught.value).startswith(str(manifest))


PROBLEMS = [
    pytest.param("venn", "each treaty is a mapping", id="a word for an entry"),
    pytest.param("{id: venn}", 'the field "file" is missing', id="no file"),
    pytest.param("{id: venn, file: ' '}", 'the field "file" is missing', id="an empty file"),
    pytest.param("{file: venn.txt}", 'the field "id" is missing', id="no id"),
    pytest.param("{id: 5, file: venn.txt}", 'the field "id" is missing', id="a number for an id"),
    pytest.param("{id: Venn Treaty, file: venn.txt}", "'Venn Treaty' will not do", id="blanks and capitals in an id"),
    pytest.param("{id: ../venn, file: venn.txt}", "will not do", id="a path for an id"),
    pytest.param("{id: venn, file: venn.txt, colour: red}", "unknown field colour. Known fields: id, file",
                 id="an unknown field"),
    pytest.param("{id: venn, file: venn.txt, aliases: Venn}", '"aliases" must be a list', id="a word for a list"),
    pytest.param("{id: venn, file: venn.txt, parties: [1]}", '"parties" must be a list', id="a list of numbers"),
    pytest.param("{id: venn, file: venn.txt, title: [Venn]}", '"title" must be a text', id="a list for a text"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "words"), PROBLEMS)
def test_an_entry_that_cannot_be_used_leaves_the_others(write: Write, entry: str, words: str) -> None:
    manifest = write(f"treaties:\n- {{id: osk, file: osk.txt}}\n- {entry}\n")
    good, bad = read_manifest(manifest)
    assert good == Entry(manifest.parent / "osk.txt", id="osk")
    assert bad.problem is not None
    assert bad.problem.startswith(f"{manifest}, entry 2: ")
    assert words in bad.problem


def test_empty_fields_are_unknown(write: Write) -> None:
    (entry,) = read_manifest(
        write("treaties:\n- {id: venn, file: v.txt, title: '', language: , aliases: , signed: ''}\n")
    )
    assert (entry.title, entry.language, entry.aliases, entry.facts) == (None, None, (), Facts())


# -- finding files ---------------------------------------------------------------------------------


def test_a_folder_without_a_manifest_gives_its_documents(write: Write, tmp_path: Path) -> None:
    for name in [
        "b.txt",
        "a.PDF",
        "sub/c.html",
        "README.md",
        "readme.txt",
        "d.odt",
        "picture.png",
        "~$a.docx",
        ".e.txt",
        ".git/f.txt",
        "sub/.g/h.md",
    ]:
        write("words", f"folder/{name}")
    found = find_entries([tmp_path / "folder"])
    assert [entry.path.relative_to(tmp_path / "folder").as_posix() for entry in found] == [
        "a.PDF",
        "b.txt",
        "d.odt",
        "sub/c.html",
    ]
    assert all(entry.id is None and entry.problem is None for entry in found)


def test_a_folder_with_a_manifest_gives_what_that_lists(write: Write, tmp_path: Path) -> None:
    write(WHOLE)
    write("words", "unlisted.txt")
    assert [entry.id for entry in find_entries([tmp_path])] == ["venn", "osk.2_b"]


def test_a_manifest_may_have_another_name(write: Write) -> None:
    assert [entry.id for entry in find_entries([write(WHOLE, "lamps.yml")])] == ["venn", "osk.2_b"]


def test_a_file_may_have_any_ending(write: Write) -> None:
    path = write("words", "treaty.docx")
    assert find_entries([path]) == [Entry(path)]


def test_files_come_in_the_order_given(write: Write) -> None:
    paths = [write("words", name) for name in ("b.txt", "a.txt")]
    assert [entry.path for entry in find_entries(paths)] == paths


def test_an_id_given_twice(write: Write) -> None:
    entries = "- {id: venn, file: a.txt}\n- {id: osk, file: b.txt}\n- {id: venn, file: c.txt}\n"
    first, other, second = find_entries([write(f"treaties:\n{entries}")])
    assert (first.problem, other.problem) == (None, None)
    assert second.problem is not None
    assert "c.txt: the id venn is already given to" in second.problem


def test_an_id_given_twice_in_two_manifests(write: Write) -> None:
    paths = [write("treaties:\n- {id: venn, file: a.txt}\n", f"{name}/corpus.yaml") for name in "xy"]
    first, second = find_entries(paths)
    assert first.problem is None
    assert second.problem is not None


NOTHING = [
    pytest.param("nowhere.txt", "there is no such file or folder", id="no such path"),
    pytest.param("empty", "no document is in this folder", id="an empty folder"),
    pytest.param("broken/corpus.yaml", "not valid YAML", id="a broken manifest"),
    pytest.param("broken", "not valid YAML", id="a folder with a broken manifest"),
]


@pytest.mark.parametrize(("name", "words"), NOTHING)
def test_what_cannot_be_used_is_named_and_the_rest_goes_on(write: Write, tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "empty").mkdir()
    write("treaties: [", "broken/corpus.yaml")
    good = write("words", "good.txt")
    bad, other = find_entries([tmp_path / name, good])
    assert other == Entry(good)
    assert bad.problem is not None
    assert words in bad.problem
    assert str(tmp_path / name) in bad.problem


def test_a_listed_file_that_is_missing_is_left_to_whoever_opens_it(write: Write) -> None:
    (entry,) = find_entries([write("treaties:\n- {id: venn, file: gone.txt}\n")])
    assert (entry.path.name, entry.problem) == ("gone.txt", None)
