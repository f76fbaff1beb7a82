"""``pacta keys``: a key is shown once, on stdout alone; lists and revocations are for people and programs."""

import json
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import pacta
from service.access import Caller
from service.errors import StoreUnusable
from service.settings import Settings
from service.store import Store

Said = tuple[int, str, str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs ``pacta keys …``; gives its exit code, stdout and stderr."""

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        try:
            code = pacta.main(["keys", *arguments])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        return (code, *capsys.readouterr())

    return run


def caller_of(key: str) -> Caller | None:
    with closing(Store(Settings().database)) as store:
        return store.key_ring.key_of(key)


def test_a_key_is_shown_once_and_may_be_piped(run: Callable[..., Said], home: Path) -> None:
    code, out, err = run("create", "--name", "the bot")
    assert code == 0
    caller = caller_of(out.strip())
    assert caller == Caller(out.split("_")[1], frozenset({"ask"}), frozenset())
    assert "of 'the bot'. It is shown this once" in err
    assert out.strip() not in err
    assert stat.S_IMODE((home / "pacta.db").stat().st_mode) == 0o600
    _, listed, _ = run("list")
    assert out.strip() not in listed
    assert caller.key_id in listed


@pytest.mark.parametrize(
    ("options", "caller"),
    [
        ((), Caller("", frozenset({"ask"}), frozenset())),
        (("--scope", "ask", "--scope", "ingest"), Caller("", frozenset({"ask", "ingest"}), frozenset())),
        (
            ("--collection", "drafts", "--collection", "a b"),
            Caller("", frozenset({"ask"}), frozenset({"drafts", "a b"})),
        ),
        (("--collection", "*", "--scope", "admin"), Caller("", frozenset({"admin"}), None)),
    ],
    ids=["may ask", "two scopes", "two collections", "everything"],
)
def test_options_say_what_it_may_do(run: Callable[..., Said], options: tuple[str, ...], caller: Caller) -> None:
    _, out, err = run("create", "--name", "k", "--json", *options)
    made = json.loads(out)
    assert err == ""
    assert caller_of(made["key"]) == Caller(made["id"], caller.scopes, caller.labels)


def test_a_program_gets_one_document(run: Callable[..., Said]) -> None:
    made = json.loads(run("create", "--name", "Ünser Bot", "--json")[1])
    assert made["key"].startswith(f"pacta_{made['id']}_")
    [listed] = json.loads(run("list", "--json")[1])["keys"]
    assert listed == {name: value for name, value in made.items() if name != "key"}
    revoked = json.loads(run("revoke", made["id"][:6], "--json")[1])
    assert revoked == {**listed, "revoked_at": revoked["revoked_at"]}
    assert revoked["revoked_at"]
    assert caller_of(made["key"]) is None


def test_people_get_a_table(run: Callable[..., Said]) -> None:
    run("create", "--name", "[b]bot", "--collection", "drafts")
    _, out, _ = run("list")
    head, row = out.splitlines()[:2]
    assert head.split() == ["id", "name", "scopes", "collections", "made", "last", "used", "revoked"]
    assert row.split()[1:4] == ["[b]bot", "ask", "drafts"]


def test_a_revoked_key_is_said_to_be_so(run: Callable[..., Said]) -> None:
    key_id = json.loads(run("create", "--name", "bot", "--json")[1])["id"]
    code, out, err = run("revoke", key_id)
    assert (code, out) == (0, "")
    assert f"The key {key_id} of 'bot' is revoked" in err


def test_without_keys_it_is_said_how_to_make_one(run: Callable[..., Said], home: Path) -> None:
    Store(home / "pacta.db").close()
    code, out, err = run("list")
    assert (code, out) == (0, "")
    assert "There are no keys. `pacta keys create --name NAME` makes one." in err


def test_a_list_makes_no_home(run: Callable[..., Said], home: Path) -> None:
    code, _, err = run("list")
    assert code == 3
    assert "The service makes this file" in err
    assert not home.exists()


def test_an_unknown_key_cannot_be_revoked(run: Callable[..., Said]) -> None:
    code, _, err = run("revoke", "beef")
    assert code == 3
    assert "There is no key 'beef'" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("create",), "--name", id="no name"),
        pytest.param(("create", "--name", " "), "give a name", id="blank"),
        pytest.param(("create", "--name", "a\x1b[2J"), "printable", id="not printable"),
        pytest.param(("create", "--name", "n" * 201), "200", id="long"),
        pytest.param(("create", "--name", "k", "--scope", "all"), "invalid choice", id="unknown scope"),
        pytest.param(("create", "--name", "k", "--collection", ""), "access label", id="no label"),
        pytest.param(("revoke",), "ID", id="which key"),
        pytest.param((), "COMMAND", id="which command"),
    ],
)
def test_wrong_use_is_said_to_be_so(
    run: Callable[..., Said], home: Path, arguments: tuple[str, ...], said: str
) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert said in err
    assert not home.exists()


def test_keys_are_in_the_database_that_is_set(
    run: Callable[..., Said], home: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACTA_DATABASE_URL", postgres_url)
    _, out, _ = run("create", "--name", "bot")
    assert caller_of(out.strip()) is not None
    assert not home.exists()
    with pytest.raises(StoreUnusable):
        Store(home / "pacta.db", read_only=True)
