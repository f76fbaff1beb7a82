"""``pacta ingest`` of addresses and of treaties of the catalogue, from a site on this machine."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import WordEmbedder
from ingest_fakes import headed
from site_fakes import Site, answer, moved

import pacta
from ingest.index import current_generation, open_index

Said = tuple[int, str, str]
TITLE = "Convention on the Lighting of Coasts and Harbours"
TREATY = headed("Article 1", "Article 2").replace("Treaty on the Lighthouse of Venn", TITLE).encode()
OTHER = headed("Article 1").replace("Treaty on the Lighthouse of Venn", "Treaty on Bells and Foghorns").encode()
CATALOGUE = """
treaties:
- {{id: coast-lights, title: {title}, aliases: [Coast Lights Convention, CLC 1931], kind: multilateral,
   parties: [ARV, SOL], signed: '1931-05-03', signed_at: Venn, in_force: '1932-01-01', depositary: Harbour of Venn,
   address: '{address}', text_status: consolidated version of 1950}}
- {{id: bells, title: Treaty on Bells and Foghorns, aliases: [Bell Treaty]}}
families:
  sea signs: [coast-lights, bells]
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(autouse=True)
def catalogue(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of one's own, whose treaty is at the site."""
    path = tmp_path / "catalogue.yaml"
    path.write_text(CATALOGUE.format(title=TITLE, address=here(site, "/lights.txt")), "utf-8")
    monkeypatch.setenv("PACTA_CATALOGUE", str(path))
    monkeypatch.setenv("PACTA_ALLOW_PRIVATE_ADDRESSES", "1")
    site.replies["/lights.txt"] = answer(TREATY, "Content-Type: text/plain")
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], quick_build: WordEmbedder) -> Callable[..., Said]:
    """Runs a command in this process, building quickly; gives its exit code, stdout and stderr."""

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        code = pacta.main([str(argument) for argument in arguments])
        return (code, *capsys.readouterr())

    return run


def here(site: Site, target: str) -> str:
    return site.address(target, "127.0.0.1")


def held(home: Path) -> dict[str, Any]:
    index = open_index(home)
    try:
        return dict(index.treaties)
    finally:
        index.close()


# -- of the catalogue ----------------------------------------------------------------------------------------


def test_a_treaty_of_the_catalogue_has_its_names_and_facts(run: Callable[..., Said], site: Site, home: Path) -> None:
    code, out, _ = run("ingest", "catalogue:coast-lights", "--json")
    assert code == 0
    (told,) = json.loads(out)["treaties"]
    assert (told["id"], told["title"]) == ("coast-lights", TITLE)
    treaty = held(home)["coast-lights"].treaty
    assert (treaty.title, treaty.aliases) == (TITLE, ("Coast Lights Convention", "CLC 1931"))
    assert treaty.text_status == "consolidated version of 1950"
    assert treaty.source.uri == treaty.facts.provenance == here(site, "/lights.txt")
    facts = treaty.facts
    assert (facts.kind, facts.parties) == ("multilateral", ("ARV", "SOL"))
    assert (facts.signed, facts.signed_at, facts.in_force) == ("1931-05-03", "Venn", "1932-01-01")
    assert facts.depositary == "Harbour of Venn"


@pytest.mark.parametrize("named", ["COAST-LIGHTS", " coast-lights ", TITLE, "Coast Lights Convention", "clc 1931"])
def test_a_treaty_of_the_catalogue_may_be_named_otherwise(named: str, run: Callable[..., Said], home: Path) -> None:
    assert run("ingest", f"catalogue:{named}")[0] == 0
    assert list(held(home)) == ["coast-lights"]


def test_the_same_again_embeds_nothing(run: Callable[..., Said], quick_build: WordEmbedder, home: Path) -> None:
    run("ingest", "catalogue:coast-lights")
    generation = current_generation(home)
    quick_build.asked.clear()
    code, out, _ = run("ingest", "catalogue:coast-lights", "--json")
    report = json.loads(out)
    assert (code, report["unchanged"], report["embedded"]) == (0, True, 0)
    assert quick_build.asked == []
    assert current_generation(home) == generation


def test_only_what_has_changed_there_is_embedded(run: Callable[..., Said], site: Site, home: Path) -> None:
    run("ingest", "catalogue:coast-lights")
    site.replies["/lights.txt"] = answer(TREATY + b"\nArticle 3\n\nThe bells of Osk shall ring.\n")
    _, out, _ = run("ingest", "catalogue:coast-lights", "--json")
    assert json.loads(out)["embedded"] == 1
    assert len(held(home)["coast-lights"].articles) == 3


def test_the_kept_copy_serves_where_the_address_fails_later(run: Callable[..., Said], site: Site, home: Path) -> None:
    run("ingest", "catalogue:coast-lights")
    del site.replies["/lights.txt"]
    code, out, err = run("ingest", "catalogue:coast-lights", "--json")
    assert code == 0
    (note,) = json.loads(out)["notes"]
    assert note.startswith(f"{here(site, '/lights.txt')}: there is no document at this address (status 404).")
    assert " was taken." in note
    assert f"note: {note}\n" in err
    assert len(held(home)["coast-lights"].articles) == 2


def test_the_kept_copy_builds_a_new_index(run: Callable[..., Said], site: Site, home: Path) -> None:
    run("ingest", "catalogue:coast-lights")
    del site.replies["/lights.txt"]
    (home / "CURRENT").unlink()
    assert run("ingest", "catalogue:coast-lights")[0] == 0
    assert list(held(home)) == ["coast-lights"]


NOT_THE_ONE = [
    pytest.param(OTHER, f"the text there does not begin as the {TITLE} does. Look at it; ", id="another treaty"),
    pytest.param(b"<html><body><p>Please sign in.</p></body></html>", "no articles were found in its text.",
                 id="a page to log in at"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "says"), NOT_THE_ONE)
def test_another_text_is_not_published_under_the_name(
    body: bytes, says: str, run: Callable[..., Said], site: Site, home: Path
) -> None:
    site.replies["/lights.txt"] = answer(body)
    code, _, err = run("ingest", "catalogue:coast-lights")
    assert code == 3
    assert f"left out: {here(site, '/lights.txt')}: {says}" in err
    assert "Nothing was indexed" in err
    assert current_generation(home) is None


@pytest.mark.parametrize(("body", "says"), NOT_THE_ONE)
def test_another_text_gives_way_to_the_kept_copy(
    body: bytes, says: str, run: Callable[..., Said], site: Site, home: Path
) -> None:
    run("ingest", "catalogue:coast-lights")
    site.replies["/lights.txt"] = answer(body)
    code, _, err = run("ingest", "catalogue:coast-lights")
    assert code == 0
    assert f"note: {here(site, '/lights.txt')}: {says}" in err
    assert len(held(home)["coast-lights"].articles) == 2


def test_what_the_catalogue_refuses_can_be_ingested_by_its_address(
    run: Callable[..., Said], site: Site, home: Path
) -> None:
    site.replies["/lights.txt"] = answer(OTHER)
    assert run("ingest", here(site, "/lights.txt"))[0] == 0
    assert held(home)["lights"].treaty.title == "Treaty on Bells and Foghorns"


REFUSED = [
    pytest.param("coast-light", "has no treaty of this id. Did you mean coast-lights", id="nearly an id"),
    pytest.param("lights", "has no treaty of this id. Did you mean coast-lights", id="a part of an id"),
    pytest.param("sea signs", "Did you mean coast-lights, bells?", id="a name that two share"),
    pytest.param("gc-5", "Did you mean gc-", id="nearly an id of Pacta's own catalogue"),
    pytest.param("", "has no treaty of this id. The ids are listed by: pacta treaties --catalogue", id="no id"),
    pytest.param("qqqq", "has no treaty of this id. The ids are listed by", id="nothing like an id"),
    pytest.param("bells", "the catalogue has no address for the Treaty on Bells and Foghorns. Ingest its text from a "
                 "file or an address of your own; its names and facts are then known by its title.", id="no address"),
    pytest.param("Bell Treaty", "the catalogue has no address for the Treaty on Bells", id="no address, by its alias"),
]  # fmt: skip


@pytest.mark.parametrize(("named", "says"), REFUSED)
def test_what_the_catalogue_cannot_give_is_told(named: str, says: str, run: Callable[..., Said], site: Site) -> None:
    code, _, err = run("ingest", f"catalogue:{named}")
    assert code == 3
    assert f"left out: catalogue:{named}: the catalogue has no " in err
    assert says in err
    assert site.asked == []


def test_an_address_that_fails_at_first_is_told_with_what_to_do(run: Callable[..., Said], site: Site) -> None:
    del site.replies["/lights.txt"]
    code, _, err = run("ingest", "catalogue:coast-lights")
    assert code == 3
    assert "there is no document at this address (status 404)" in err
    assert "The catalogue's address of coast-lights may have become wrong" in err


def test_a_file_of_ones_own_is_known_by_its_title(run: Callable[..., Said], tmp_path: Path, home: Path) -> None:
    path = tmp_path / "scan-7.txt"
    path.write_bytes(OTHER)
    run("ingest", path)
    _, out, _ = run("treaties", "--catalogue", "--json")
    assert {e["id"]: e["held_as"] for e in json.loads(out)}["bells"] == "scan-7"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("treaties: [", "this catalogue is not valid YAML", id="no YAML"),
        pytest.param("- a", 'a catalogue is a mapping with a list "treaties"', id="a list"),
        pytest.param("treaties: [{id: x}]", "x needs a title", id="an entry without a title"),
        pytest.param(
            "treaties: [{id: x, title: X, url: y}]", "unknown field url. Known fields: id, title", id="a field"
        ),
        pytest.param("treaties: [{id: x, title: X, signed: 1931-05-03}]", "Put dates in quotation marks.", id="a date"),
        pytest.param("families: {a: [b]}", "a family has the member b, which is no treaty's id", id="a family"),
    ],
)
def test_a_catalogue_of_ones_own_that_cannot_be_used(
    text: str, says: str, catalogue: Path, run: Callable[..., Said]
) -> None:
    catalogue.write_text(text, "utf-8")
    fresh = catalogue.rename(catalogue.with_name("fresh.yaml"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PACTA_CATALOGUE", str(fresh))
        code, _, err = run("ingest", "catalogue:npt")
    assert code == 3
    assert says in err
    assert str(fresh) in err


# -- addresses -----------------------------------------------------------------------------------------------


def test_an_address_is_ingested_as_a_file_is(run: Callable[..., Said], site: Site, home: Path) -> None:
    site.replies["/law/bells.txt?year=1931"] = answer(OTHER)
    assert run("ingest", here(site, "/law/bells.txt?year=1931#art-1"))[0] == 0
    treaty = held(home)["bells"].treaty
    assert (treaty.title, treaty.text_status) == ("Treaty on Bells and Foghorns", "authentic")
    assert treaty.source.uri == here(site, "/law/bells.txt?year=1931")


def test_a_document_is_cited_by_its_own_address(run: Callable[..., Said], site: Site, home: Path) -> None:
    site.replies |= {"/old": moved("/law/bells.txt", 301), "/law/bells.txt": moved("/cache/7?key=s", 302),
                     "/cache/7?key=s": answer(OTHER)}  # fmt: skip
    run("ingest", here(site, "/old"))
    assert held(home)["bells"].treaty.source.uri == here(site, "/law/bells.txt")


def test_files_addresses_and_the_catalogue_in_one_run(
    run: Callable[..., Said], site: Site, tmp_path: Path, home: Path
) -> None:
    path = tmp_path / "bells.txt"
    path.write_bytes(OTHER)
    code, _, err = run("ingest", path, here(site, "/gone.txt"), "catalogue:coast-lights", "ftp://venn.example/x")
    assert code == 1
    assert sorted(held(home)) == ["bells", "coast-lights"]
    assert f"left out: {here(site, '/gone.txt')}: there is no document at this address" in err
    assert "left out: ftp://venn.example/x: Pacta fetches http and https addresses, not ftp." in err


def test_addresses_of_ones_own_network_are_refused_unless_allowed(
    run: Callable[..., Said], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PACTA_ALLOW_PRIVATE_ADDRESSES")
    code, _, err = run("ingest", here(site, "/lights.txt"))
    assert code == 3
    assert "127.0.0.1 stands for 127.0.0.1, which is no address of the public network." in err
    assert "set PACTA_ALLOW_PRIVATE_ADDRESSES=1" in err
    assert site.asked == []


def test_two_addresses_of_one_id_are_told(run: Callable[..., Said], site: Site) -> None:
    site.replies |= {"/a/bells.txt": answer(OTHER), "/b/bells.txt": answer(OTHER)}
    code, _, err = run("ingest", here(site, "/a/bells.txt"), here(site, "/b/bells.txt"))
    assert code == 1
    assert f"{here(site, '/b/bells.txt')}: its id would be bells, as that of {here(site, '/a/bells.txt')}." in err


# -- the list ------------------------------------------------------------------------------------------------


def test_the_catalogue_is_listed_with_what_is_held(run: Callable[..., Said], site: Site) -> None:
    run("ingest", "catalogue:coast-lights")
    code, out, _ = run("treaties", "--catalogue", "--json")
    entries = {entry["id"]: entry for entry in json.loads(out)}
    assert code == 0
    assert entries["coast-lights"] == {
        "id": "coast-lights", "title": TITLE, "aliases": ["Coast Lights Convention", "CLC 1931"],
        "signed": "1931-05-03", "in_force": "1932-01-01", "address": here(site, "/lights.txt"),
        "held_as": "coast-lights",
    }  # fmt: skip
    assert (entries["bells"]["held_as"], entries["bells"]["address"]) == (None, None)
    assert "npt" in entries


def test_the_catalogue_is_listed_for_people(run: Callable[..., Said]) -> None:
    run("ingest", "catalogue:coast-lights")
    code, out, _ = run("treaties", "--catalogue")
    assert code == 0
    lines = {line.split()[0]: line.rstrip() for line in out.splitlines() if line.strip()}
    assert lines["coast-lights"].split()[-1] == "held"
    assert lines["bells"].endswith("no address")
    assert " treaties are known, 1 of them held; " in out
    assert out.endswith("Add one with: pacta ingest catalogue:ID\n")


def test_the_catalogue_is_listed_before_anything_is_held(run: Callable[..., Said]) -> None:
    code, out, _ = run("treaties", "--catalogue")
    assert code == 0
    assert " treaties are known, 0 of them held; " in out
