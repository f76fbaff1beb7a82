"""``pacta serve``: says where it answers, stops on Ctrl-C, and says what keeps it from running."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from ingest.errors import IndexMissing
from ingest.settings import Settings as IngestSettings
from service import app, cli
from service.cli import CANNOT_RUN, add_serve_parser, serve
from service.settings import Settings

ROOT = Path(__file__).parent.parent
# The command, with the invented treaties in the place of an index.
SERVE_FAKES = """
import sys
from pathlib import Path
sys.path[:0] = [".", "tests"]
from service import app, cli
from ingest.settings import Settings as IngestSettings
from service.settings import Settings
from web_fakes import FakeIndex, fake_answer, fake_search
app._open_index = lambda home: FakeIndex()
app._answer = fake_answer
app._search = fake_search
sys.exit(cli.serve(Settings(ingest=IngestSettings(home=Path(sys.argv[1]))), "127.0.0.1", 0))
"""


def settings_at(home: Path) -> Settings:
    return Settings(ingest=IngestSettings(home=home))


def parse(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_serve_parser(parser.add_subparsers())
    return parser.parse_args(["serve", *arguments])


def test_it_listens_on_this_machine_only_unless_told_otherwise() -> None:
    args = parse()
    assert (args.host, args.port, args.run) == ("127.0.0.1", 8000, cli.run_serve)
    assert parse("--host", "::1", "--port", "0").port == 0


@pytest.mark.parametrize("port", ["-1", "65536", "http", ""])
def test_what_is_no_port_is_wrong_use(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        parse(f"--port={port}")
    assert stopped.value.code == 2
    assert "from 0 to 65535" in capsys.readouterr().err


def test_without_an_index_it_does_not_start_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(home: Path) -> None:
        raise IndexMissing("Nothing has been ingested yet. Run `pacta ingest`.")

    monkeypatch.setattr(app, "_open_index", nothing)
    assert serve(settings_at(tmp_path / "home"), "127.0.0.1", 0) == CANNOT_RUN
    assert "pacta ingest" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_a_port_in_use_is_said_to_be_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve(settings_at(tmp_path), "127.0.0.1", port) == CANNOT_RUN
    said = capsys.readouterr().err
    assert f"127.0.0.1, port {port}: the port is already in use" in said
    assert "--port" in said


def test_an_address_of_another_machine_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # 192.0.2.0/24 is kept for documentation (RFC 5737): no machine has such an address.
    assert serve(settings_at(tmp_path), "192.0.2.1", 0) == CANNOT_RUN
    assert "--host" in capsys.readouterr().err


def test_it_says_where_it_answers_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SERVE_FAKES, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        address = line.split()[3]
        with urllib.request.urlopen(f"{address}readyz", timeout=10) as response:
            assert b'"ready"' in response.read()
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")
    assert line == f"Pacta answers at {address} (Ctrl-C stops it)\n"
