"""ZIP archives of documents: what is taken from them, under which names, and what is left."""

from collections.abc import Callable
from pathlib import Path

import broken_documents as broken
import pytest
from broken_documents import TREATY
from conftest import put_treaty
from docx_fakes import docx, zipped

from ingest.archives import expand_archives
from ingest.build import ingest
from ingest.index import current_manifest
from ingest.manifest import Entry, find_entries
from ingest.parse import parse_file
from ingest.settings import Settings

Pack = Callable[..., Path]
LISTED = "treaties:\n- {id: venn, file: texts/venn.txt, title: Treaty of Venn}\n- {id: osk, file: ../osk.docx}\n"


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Writes an archive of these files and gives its path."""

    def write(files: dict[str, str | bytes], name: str = "t.zip") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(zipped(files))
        return path

    return write


def members(entries: list[Entry]) -> list[str | None]:
    return [entry.member for entry in entries]


def test_an_archive_gives_its_documents_as_a_folder_does(pack: Pack) -> None:
    names = ["b.txt", "a.PDF", "sub/c.docx", "d.png", "README.md", ".e.txt", ".git/f.txt", "__MACOSX/b.txt", "sub/"]
    path = pack(dict.fromkeys(names, "x"))
    found = find_entries([path])
    assert members(found) == ["a.PDF", "b.txt", "sub/c.docx"]
    assert [entry.name for entry in found] == [f"{path}!/{name}" for name in members(found)]
    assert all(entry.id is None and entry.problem is None for entry in found)


def test_archives_in_a_folder_are_taken_too(pack: Pack, tmp_path: Path) -> None:
    pack({"a.txt": TREATY}, "folder/x.zip")
    put_treaty(tmp_path / "folder" / "y.txt", "Lamps.")
    assert [(e.path.name, e.member) for e in find_entries([tmp_path / "folder"])] == [
        ("x.zip", "a.txt"),
        ("y.txt", None),
    ]


@pytest.mark.parametrize("name", ["t.zip", "t", "t.txt"])
def test_an_archive_is_told_by_its_content(pack: Pack, name: str) -> None:
    assert members(find_entries([pack({"a.txt": TREATY}, name)])) == ["a.txt"]


@pytest.mark.parametrize("name", ["t.docx", "t.zip"])
def test_a_word_document_is_no_archive_of_documents(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(docx("x", parts={"a.txt": TREATY}))
    assert find_entries([path]) == [Entry(path)]


MANIFESTS = [
    pytest.param("corpus.yaml", ["texts/venn.txt", "../osk.docx"], id="at the root"),
    pytest.param("all/corpus.yaml", ["all/texts/venn.txt", "osk.docx"], id="in the one folder of it"),
]


@pytest.mark.parametrize(("name", "expected"), MANIFESTS)
def test_a_manifest_in_an_archive_gives_what_it_lists(pack: Pack, name: str, expected: list[str]) -> None:
    folder = name.removesuffix("corpus.yaml")
    found = find_entries([pack({name: LISTED, f"{folder}texts/venn.txt": TREATY, f"{folder}unlisted.txt": TREATY})])
    assert members(found) == expected
    assert [(entry.id, entry.title) for entry in found] == [("venn", "Treaty of Venn"), ("osk", None)]


def test_a_manifest_beside_other_folders_is_no_manifest_of_the_archive(pack: Pack) -> None:
    assert members(find_entries([pack({"a/corpus.yaml": LISTED, "b/venn.txt": TREATY})])) == ["b/venn.txt"]


PROBLEMS = [
    pytest.param(
        {"corpus.yaml": "treaties: ["}, "/corpus.yaml, line 1, column 12: this is not valid YAML", id="no YAML"
    ),
    pytest.param({"corpus.yaml": b"\xff"}, "/corpus.yaml: this is not UTF-8 text", id="no text"),
    pytest.param(
        {"corpus.yaml": "treaties: [venn]"}, "/corpus.yaml, entry 1: each treaty is a mapping", id="no mapping"
    ),
    pytest.param({"a.png": "x"}, ": no document is in this archive", id="no document"),
]


@pytest.mark.parametrize(("files", "says"), PROBLEMS)
def test_what_cannot_be_used_is_named(pack: Pack, files: dict[str, str | bytes], says: str) -> None:
    path = pack(files)
    (entry,) = find_entries([path])
    assert entry.problem is not None
    assert entry.problem.startswith(str(path))
    assert says in entry.problem


def test_a_damaged_archive_is_named_and_the_rest_goes_on(pack: Pack, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(zipped({"a.txt": TREATY})[:-5])
    bad, good = find_entries([cut, pack({"b.txt": TREATY})])
    assert bad.problem == f"{cut}: the ZIP archive is cut off: its end is missing. Get the file again."
    assert good.member == "b.txt"


def test_a_document_packed_alone_keeps_what_is_known_of_it(pack: Pack) -> None:
    path = pack({"text/a.txt": TREATY})
    (entry,) = expand_archives([Entry(path, id="venn", title="Treaty of Venn")])
    assert (entry.id, entry.title, entry.member) == ("venn", "Treaty of Venn", "text/a.txt")


def test_one_id_is_not_for_several_documents(pack: Pack) -> None:
    path = pack({"a.txt": TREATY, "b.txt": TREATY})
    (entry,) = expand_archives([Entry(path, id="venn")])
    assert entry.problem is not None
    assert entry.problem.startswith(f"{path}: the archive holds 2 documents, and there is one id, venn, for them.")


def test_a_document_in_an_archive_is_parsed_as_it_is_outside(pack: Pack, tmp_path: Path) -> None:
    outside = tmp_path / "lamps.txt"
    outside.write_text(TREATY)
    alone = parse_file(Entry(outside))
    packed = parse_file(Entry(pack({"a/lamps.txt": TREATY})))
    assert packed.provisions == alone.provisions
    assert (packed.treaty.id, packed.treaty.source.sha256) == (alone.treaty.id, alone.treaty.source.sha256)
    assert packed.treaty.source.uri == f"{tmp_path}/t.zip!/a/lamps.txt"


@pytest.mark.usefixtures("quick_build")
def test_an_archive_is_ingested_and_each_failure_in_it_named(pack: Pack, home: Path) -> None:
    files: dict[str, str | bytes] = {
        "venn.txt": TREATY,
        "osk.docx": broken.WORD,
        "inner.zip": zipped({"a.txt": TREATY}),
        "letter.txt": "Dear Sir,\n",
        "../up.txt": TREATY,
    }
    path = pack(files)
    report = ingest(find_entries([path]), Settings(home=home))
    assert [(s.id, s.uri) for s in current_manifest(home).treaties] == [
        ("osk", f"{path}!/osk.docx"),
        ("venn", f"{path}!/venn.txt"),
    ]
    assert [failure.split(": ")[0] for failure in report.failures] == [
        f"{path}!/{name}" for name in ("../up.txt", "inner.zip", "letter.txt")
    ]


@pytest.mark.usefixtures("quick_build")
def test_the_same_name_in_two_folders_gives_one_id_and_is_told(pack: Pack, home: Path) -> None:
    path = pack({"a/venn.txt": TREATY, "b/venn.txt": TREATY})
    (failure,) = ingest(find_entries([path]), Settings(home=home)).failures
    assert failure.startswith(f"{path}!/b/venn.txt: its id would be venn, as that of {path}!/a/venn.txt.")
