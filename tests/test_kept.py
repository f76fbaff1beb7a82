"""What was fetched is kept: found again without a network, never half written, never the wrong treaty."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import put_treaty
from docx_fakes import zipped
from hypothesis import given
from hypothesis import strategies as st
from ingest_fakes import headed

from ingest.errors import DocumentError, HomeUnusable, UnreachableDocument, UnreadableDocument
from ingest.fetch import Fetched, FetchLimits
from ingest.kept import FOLDER, fetch_entries, fetch_kept, id_of_address, parse_kept
from ingest.manifest import Entry
from ingest.models import ParsedTreaty
from ingest.settings import Settings

ADDRESS = "https://venn.example/lamps.txt"
TREATY = headed("Article 1", "Article 2").encode()
OLDER = headed("Article 1").encode()
LOGIN = b"<html><body><form><input></form><p>Please sign in.</p></body></html>"
LIMITS = FetchLimits()
DOWN = UnreachableDocument(ADDRESS, "the site has a fault (status 500).", "Try again later.")
REFUSED = UnreadableDocument(ADDRESS, "this is no document (image/png).", "Name the address of the text.")


class Web:
    """In the place of the network: what each address gives, and which were asked for."""

    def __init__(self, **given: bytes | DocumentError) -> None:
        self.pages: dict[str, bytes | DocumentError] = {f"https://venn.example/{n}.txt": p for n, p in given.items()}
        self.kinds: dict[str, str | None] = {}
        self.moved: dict[str, str] = {}
        self.asked: list[str] = []
        self.day = 1

    def __call__(self, address: str, limits: FetchLimits) -> Fetched:
        self.asked.append(address)
        page = self.pages.get(address, DOWN)
        if isinstance(page, DocumentError):
            raise page
        own = self.moved.get(address, address)
        moment = f"2030-01-{self.day:02}T12:00:00+00:00"
        return Fetched(page, own, self.kinds.get(address), sha256(page).hexdigest(), moment)


def record_of(home: Path) -> tuple[Path, Mapping[str, object]]:
    (path,) = (home / FOLDER).glob("*.json")
    return path, json.loads(path.read_text("utf-8"))


def documents(home: Path) -> set[bytes]:
    return {path.read_bytes() for path in (home / FOLDER).iterdir() if path.suffix != ".json"}


# -- fetched and kept ----------------------------------------------------------------------------------------


def test_a_document_is_kept_as_it_came(home: Path) -> None:
    kept = fetch_kept(ADDRESS, home, LIMITS, Web(lamps=TREATY))
    assert kept.path.read_bytes() == TREATY
    assert kept.path.parent == home / FOLDER
    assert (kept.address, kept.note) == (ADDRESS, None)


def test_the_record_says_where_it_came_from_and_when(home: Path) -> None:
    web = Web(lamps=TREATY)
    web.kinds[ADDRESS] = "text/plain; charset=utf-8"
    web.moved[ADDRESS] = "https://venn.example/new/lamps.txt"
    kept = fetch_kept(ADDRESS, home, LIMITS, web)
    assert kept.address == "https://venn.example/new/lamps.txt"
    digest = sha256(TREATY).hexdigest()
    assert record_of(home)[1] == {
        "asked": ADDRESS,
        "copies": [
            {"address": "https://venn.example/new/lamps.txt", "sha256": digest, "file": f"{digest}.txt",
             "content_type": "text/plain; charset=utf-8", "fetched": "2030-01-01T12:00:00+00:00"},
        ],
    }  # fmt: skip


ENDINGS = [
    pytest.param("t", "text/html", ".html", id="by its type"),
    pytest.param("t", "TEXT/HTML; charset=x", ".html", id="by its type, with more behind it"),
    pytest.param("t.pdf", "application/pdf", ".pdf", id="by both"),
    pytest.param("t.php", "application/pdf", ".pdf", id="the type goes before the name"),
    pytest.param("t.DOCX", "application/octet-stream", ".docx", id="by its name"),
    pytest.param("t.pdf", None, ".pdf", id="by its name, without a type"),
    pytest.param("t", None, "", id="by neither"),
    pytest.param("t.a/../../x", "x", "", id="no name but a path"),
    pytest.param("t.p d-f", None, "", id="a name that is no ending"),
]


@pytest.mark.parametrize(("name", "kind", "ending"), ENDINGS)
def test_the_file_is_called_so_that_it_can_be_opened(name: str, kind: str | None, ending: str, home: Path) -> None:
    web, address = Web(), f"https://venn.example/{name}"
    web.pages[address], web.kinds[address] = TREATY, kind
    assert fetch_kept(address, home, LIMITS, web).path.name == sha256(TREATY).hexdigest() + ending


def test_each_address_has_a_record_of_its_own(home: Path) -> None:
    web = Web(lamps=TREATY, bells=OLDER)
    for name in ("lamps", "bells"):
        fetch_kept(f"https://venn.example/{name}.txt", home, LIMITS, web)
    web.pages.clear()
    assert fetch_kept(ADDRESS, home, LIMITS, web).path.read_bytes() == TREATY
    assert fetch_kept("https://venn.example/bells.txt", home, LIMITS, web).path.read_bytes() == OLDER


def test_the_same_again_changes_nothing_but_the_date(home: Path) -> None:
    web = Web(lamps=TREATY)
    fetch_kept(ADDRESS, home, LIMITS, web)
    web.day = 2
    fetch_kept(ADDRESS, home, LIMITS, web)
    copies = record_of(home)[1]["copies"]
    assert isinstance(copies, list)
    assert [copy["fetched"][:10] for copy in copies] == ["2030-01-02"]
    assert documents(home) == {TREATY}


# -- the copy kept before ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "failure", [pytest.param(DOWN, id="not to be reached"), pytest.param(REFUSED, id="no document any more")]
)
def test_the_copy_serves_where_the_address_fails(failure: DocumentError, home: Path) -> None:
    web = Web(lamps=TREATY)
    fetch_kept(ADDRESS, home, LIMITS, web)
    web.pages[ADDRESS], web.day = failure, 2
    kept = fetch_kept(ADDRESS, home, LIMITS, web)
    assert kept.path.read_bytes() == TREATY
    assert kept.note == f"{failure} The copy fetched on 2030-01-01 was taken."


def test_without_a_copy_the_failure_is_told(home: Path) -> None:
    with pytest.raises(UnreachableDocument) as failure:
        fetch_kept(ADDRESS, home, LIMITS, Web())
    assert failure.value is DOWN
    assert not home.exists()


def damage_bytes(home: Path) -> None:
    (home / FOLDER / f"{sha256(TREATY).hexdigest()}.txt").write_bytes(TREATY[:-9])


def lose_bytes(home: Path) -> None:
    (home / FOLDER / f"{sha256(TREATY).hexdigest()}.txt").unlink()


def rewrite(home: Path, text: str) -> None:
    record_of(home)[0].write_text(text, "utf-8")


def point_elsewhere(home: Path, file: object) -> None:
    path, record = record_of(home)
    copies = record["copies"]
    assert isinstance(copies, list)
    copies[0]["file"] = file
    path.write_text(json.dumps(record), "utf-8")


DAMAGED = [
    pytest.param(damage_bytes, id="its bytes are not those that came"),
    pytest.param(lose_bytes, id="its bytes are gone"),
    pytest.param(lambda home: rewrite(home, "{"), id="its record is cut off"),
    pytest.param(lambda home: rewrite(home, "[]"), id="its record is a list"),
    pytest.param(lambda home: rewrite(home, json.dumps({"asked": ADDRESS, "copies": [7]})), id="a copy is a number"),
    pytest.param(lambda home: rewrite(home, json.dumps({"asked": ADDRESS, "copies": [{"x": 1}]})), id="other fields"),
    pytest.param(lambda home: rewrite(home, json.dumps({"asked": "x", "copies": []})), id="of another address"),
    pytest.param(lambda home: point_elsewhere(home, 7), id="a file that is a number"),
    pytest.param(lambda home: point_elsewhere(home, ".."), id="a file that is a folder"),
    pytest.param(lambda home: point_elsewhere(home, "a\0b"), id="a file that can have no such name"),
]


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_copy_that_is_not_whole_does_not_serve(damage: object, home: Path) -> None:
    fetch_kept(ADDRESS, home, LIMITS, Web(lamps=TREATY))
    assert callable(damage)
    damage(home)
    with pytest.raises(UnreachableDocument):
        fetch_kept(ADDRESS, home, LIMITS, Web())
    assert fetch_kept(ADDRESS, home, LIMITS, Web(lamps=TREATY)).path.read_bytes() == TREATY


def test_a_record_leads_out_of_the_folder_to_nothing(home: Path, tmp_path: Path) -> None:
    fetch_kept(ADDRESS, home, LIMITS, Web(lamps=TREATY))
    secret = tmp_path / "secret.txt"
    secret.write_bytes(TREATY)
    point_elsewhere(home, str(secret))
    with pytest.raises(UnreachableDocument):
        fetch_kept(ADDRESS, home, LIMITS, Web())


def test_a_folder_that_cannot_be_written_is_told(home: Path) -> None:
    home.mkdir()
    (home / FOLDER).write_text("no folder")
    with pytest.raises(HomeUnusable, match="set PACTA_HOME to a folder that can be written"):
        fetch_kept(ADDRESS, home, LIMITS, Web(lamps=TREATY))


def test_a_full_disk_leaves_what_was_kept(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch_kept(ADDRESS, home, LIMITS, Web(lamps=OLDER))

    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(HomeUnusable, match="No space left on device"):
            fetch_kept(ADDRESS, home, LIMITS, Web(lamps=TREATY))
    assert fetch_kept(ADDRESS, home, LIMITS, Web()).path.read_bytes() == OLDER
    assert all(not name.startswith(".") for name in os.listdir(home / FOLDER))


# -- a copy that is no treaty gives way ------------------------------------------------------------------------


def outcome_of(web: Web, home: Path, *, entry: Entry | None = None) -> tuple[ParsedTreaty | DocumentError, list[str]]:
    """What an address gives now, with the notes about it."""
    entries, notes = fetch_entries([entry or Entry(Path(), address=ADDRESS)], Settings(home=home), lambda _: None, web)
    ((_, outcome),) = parse_kept(entries, home, notes)
    return outcome, notes


def articles(outcome: ParsedTreaty | DocumentError) -> int:
    assert isinstance(outcome, ParsedTreaty), outcome
    return len(outcome.articles)


def test_a_page_to_log_in_at_gives_way_to_the_treaty_fetched_before(home: Path) -> None:
    web = Web(lamps=TREATY)
    assert articles(outcome_of(web, home)[0]) == 2
    web.pages[ADDRESS], web.day = LOGIN, 2
    outcome, notes = outcome_of(web, home)
    assert articles(outcome) == 2
    assert len(notes) == 1
    assert notes[0].startswith(f"{ADDRESS}: no articles were found in its text.")
    assert notes[0].endswith(" The copy fetched on 2030-01-01 was taken.")


def test_what_gave_way_is_not_taken_for_the_copy_later(home: Path) -> None:
    web = Web(lamps=TREATY)
    outcome_of(web, home)
    web.pages[ADDRESS] = LOGIN
    outcome_of(web, home)
    web.pages[ADDRESS] = DOWN
    outcome, notes = outcome_of(web, home)
    assert articles(outcome) == 2
    assert notes == [f"{DOWN} The copy fetched on 2030-01-01 was taken."]


def test_the_newest_copy_that_is_a_treaty_serves(home: Path) -> None:
    web = Web(lamps=OLDER)
    for day, page in enumerate([OLDER, TREATY, LOGIN], start=1):
        web.pages[ADDRESS], web.day = page, day
        outcome, notes = outcome_of(web, home)
    assert articles(outcome) == 2
    assert notes[0].endswith(" The copy fetched on 2030-01-02 was taken.")


def test_a_treaty_that_comes_again_is_the_newest(home: Path) -> None:
    web = Web()
    for day, page in enumerate([TREATY, OLDER, TREATY], start=1):
        web.pages[ADDRESS], web.day = page, day
        outcome_of(web, home)
    web.pages.clear()
    outcome, notes = outcome_of(web, home)
    assert articles(outcome) == 2
    assert notes[0].endswith(" The copy fetched on 2030-01-03 was taken.")


def test_a_first_page_that_is_no_treaty_is_the_failure_and_no_copy(home: Path) -> None:
    web = Web(lamps=LOGIN)
    outcome, notes = outcome_of(web, home)
    assert isinstance(outcome, DocumentError)
    assert (outcome.document, outcome.reason) == (ADDRESS, "no articles were found in its text.")
    assert notes == []
    web.pages[ADDRESS] = DOWN
    entries, _ = fetch_entries([Entry(Path(), address=ADDRESS)], Settings(home=home), lambda _: None, web)
    assert entries[0].problem == str(DOWN)


def test_files_that_fail_beside_it_are_told_as_they_are(home: Path, tmp_path: Path) -> None:
    good, bad = put_treaty(tmp_path / "good.txt", "Lamps burn."), tmp_path / "bad.txt"
    bad.write_text("No treaty.")
    web = Web(lamps=TREATY)
    entries = [Entry(bad), Entry(Path(), address=ADDRESS), Entry(good)]
    fetched, notes = fetch_entries(entries, Settings(home=home), lambda _: None, web)
    outcomes = {entry.name: outcome for entry, outcome in parse_kept(fetched, home, notes)}
    assert isinstance(outcomes[str(bad)], DocumentError)
    assert articles(outcomes[str(good)]) == 1
    assert articles(outcomes[ADDRESS]) == 2


# -- entries -------------------------------------------------------------------------------------------------


def test_only_what_names_an_address_is_fetched(home: Path, tmp_path: Path) -> None:
    web, told = Web(lamps=TREATY), []
    bad = Entry(Path("x"), address="https://venn.example/bells.txt", problem="x: the id is given twice.")
    entries = [Entry(tmp_path / "t.txt"), bad, Entry(Path(), address=ADDRESS)]
    fetched, notes = fetch_entries(entries, Settings(home=home), told.append, web)
    assert web.asked == told == [ADDRESS]
    assert fetched[:2] == entries[:2]
    assert (fetched[2].id, fetched[2].asked, fetched[2].address) == ("lamps", ADDRESS, ADDRESS)
    assert notes == []


def test_what_cannot_be_had_is_a_problem_and_the_rest_goes_on(home: Path) -> None:
    web = Web(lamps=TREATY)
    entries = [Entry(Path(), address="https://venn.example/gone.txt"), Entry(Path(), address=ADDRESS)]
    gone, lamps = fetch_entries(entries, Settings(home=home), lambda _: None, web)[0]
    assert gone.problem == str(DOWN)
    assert lamps.problem is None


def test_the_catalogues_address_may_have_become_wrong(home: Path) -> None:
    entry = Entry(Path(), id="lamps", address=ADDRESS, from_catalogue=True)
    (failed,), _ = fetch_entries([entry], Settings(home=home), lambda _: None, Web())
    assert failed.problem is not None
    assert failed.problem.startswith(f"{DOWN} The catalogue's address of lamps may have become wrong: ")
    assert "PACTA_CATALOGUE" in failed.problem


def test_private_addresses_are_allowed_by_the_settings(home: Path) -> None:
    seen: list[FetchLimits] = []

    def fetch(address: str, limits: FetchLimits) -> Fetched:
        seen.append(limits)
        raise DOWN

    for allowed in (False, True):
        settings = replace(Settings(home=home), allow_private_addresses=allowed)
        fetch_entries([Entry(Path(), address=ADDRESS)], settings, lambda _: None, fetch)
    assert [limits.allow_private for limits in seen] == [False, True]


IDS = [
    pytest.param("https://venn.example/law/lamps.html", "lamps", id="the last part of the path"),
    pytest.param("https://venn.example/law/lamps/", "lamps", id="with a stroke behind it"),
    pytest.param("https://venn.example/law/Trait%C3%A9%20de%20Venn.pdf", "trait-de-venn", id="written in percents"),
    pytest.param("https://venn.example/doc.aspx?id=7#x", "doc", id="without query and fragment"),
    pytest.param("https://rm.venn.example/1680", "rm-venn-example-1680", id="a number alone: with its host"),
    pytest.param("https://venn.example/", "venn-example", id="the host where there is no path"),
    pytest.param("https://venn.example:8443", "venn-example", id="the host without its port"),
    pytest.param("https://venn.example/条约", "venn-example", id="a name without Latin letters: the host"),
]


@pytest.mark.parametrize(("address", "expected"), IDS)
def test_an_address_gives_an_id(address: str, expected: str) -> None:
    assert id_of_address(address) == expected


@given(st.text(max_size=60))
def test_any_path_gives_an_id_that_is_fit(path: str) -> None:
    address = f"https://venn.example/{path}"
    try:
        urlsplit(address)
    except ValueError:
        return
    assert 0 < len(id_of_address(address)) <= 80


# -- archives ------------------------------------------------------------------------------------------------


def test_the_documents_of_an_archive_are_called_as_their_files_are_and_stand_for_themselves(home: Path) -> None:
    web = Web(lamps=zipped({"bells.txt": TREATY, "horns.txt": b"No treaty."}))
    settings = Settings(home=home)
    fetched, _ = fetch_entries([Entry(Path(), address=ADDRESS)], settings, lambda address: None, web)
    assert [entry.member for entry in fetched] == ["bells.txt", "horns.txt"]
    notes: list[str] = []
    (_, bells), (_, horns) = parse_kept(fetched, home, notes)
    assert isinstance(bells, ParsedTreaty)
    assert (bells.treaty.id, bells.treaty.source.uri) == ("bells", f"{ADDRESS}!/bells.txt")
    assert isinstance(horns, DocumentError)
    # One broken document is no reason to forget the archive.
    assert (notes, len(documents(home))) == ([], 1)
    assert record_of(home)[1]["copies"]
