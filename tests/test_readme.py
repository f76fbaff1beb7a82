"""Every command of the README is run and its output compared; `python tests/test_readme.py` writes the outputs anew.

Times and generation ids may differ. So may an evaluation by a case or two: processors round differently, and the
embedded model is of small integers, so that what lies on a threshold falls on either side of it.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
PROGRAM = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
SERVICE = "http://127.0.0.1:8000"
VARYING = (
    (re.compile(r"pacta_[0-9a-f]{12}_[\w-]{43}"), "KEY"),
    (re.compile(r"[0-9a-f]{32}"), "ID"),
    (re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}"), "GENERATION"),
    (re.compile(r"in \d+\.\d s"), "in N s"),
    (re.compile(r"(?<=\s)[+−]?\d+\.\d\d\d?(?=\s|$)"), "N"),
    (re.compile(r"\(95 % [^)]+\)"), "(95 %)"),
    (re.compile(r"\(\d+ of \d+\)"), "(N of N)"),
    (re.compile(r"length +\d+ words"), "length N words"),
    (re.compile(r"(?ms)^abstention +.*?(?=^confidence)"), ""),
    (re.compile(r"(?ms)^Wrong: .*"), ""),
    (re.compile(r" Better than the baseline: \d+\."), ""),
    (re.compile(r"(?m)(\s+)\d+$"), r"\1N"),
    (re.compile(r"p\d\d \d+ ms"), "pN N ms"),
    (re.compile(r"[\d.,]+ answers/s; p50 of the stages in ms: [\w ,.\n]+?(?=\n\n)"), "N answers/s"),
    (re.compile(r"baseline of commit \w+"), "baseline of commit N"),
)


def commands_of(block: str) -> list[tuple[str, str]]:
    """The commands of a block with the output that follows each."""
    parts = re.split(r"(?m)^\$ (.*)$", block)
    return list(zip(parts[1::2], (output.strip("\n") for output in parts[2::2]), strict=True))


def run(command: str, home: Path, service: str = SERVICE) -> str:
    """What a command prints on stdout, run in the repository with `pacta` as this interpreter runs it."""
    pacta = f"{shlex.quote(sys.executable)} -m pacta"
    environment = {**os.environ, "PACTA_HOME": str(home), "COLUMNS": "100", "NO_COLOR": "1"}
    # Runs are kept beside the home folder, not in the repository.
    line = (
        re.sub(r"(^|&& |\| )pacta\b", rf"\1{pacta}", command)
        .replace("runs/", f"{home}-runs/")
        .replace(SERVICE, service)
    )
    done = subprocess.run(line, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return "\n".join(text.rstrip() for text in done.stdout.strip("\n").split("\n"))


def run_program(program: str, home: Path, service: str) -> str:
    """What a program prints, with the service's address as the README has it."""
    program = program.replace(SERVICE, service).replace('".pacta"', repr(str(home)))
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).replace(service, SERVICE).strip("\n")


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The address of `pacta serve` over a home folder."""
    environment = {**os.environ, "PACTA_HOME": str(home), "PACTA_LOG_LEVEL": "ERROR"}
    with subprocess.Popen(
        [sys.executable, "-m", "pacta", "serve", "--port", "0"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[3].rstrip("/")
        finally:
            process.terminate()


def steady(text: str) -> str:
    """Output without what differs from run to run."""
    for pattern, stand_in in VARYING:
        text = pattern.sub(stand_in, text)
    return re.sub(r"[ \t]+", " ", text)


ALL = [pair for block in BLOCK.findall(README.read_text("utf-8")) for pair in commands_of(block)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the sample treaties, as `make run` leaves it."""
    folder = tmp_path_factory.mktemp("readme")
    run("pacta ingest ingest/samples", folder)
    return folder


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[str]:
    """A service over a copy of that folder, which may be added to."""
    copy = home.with_name(f"{home.name}-served")
    shutil.copytree(home, copy)
    with serving(copy) as address:
        yield address


@pytest.mark.parametrize(("command", "output"), ALL, ids=[command for command, _ in ALL])
def test_the_readme_shows_what_is_printed(
    command: str, output: str, home: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    service = request.getfixturevalue("service") if SERVICE in command else SERVICE
    printed = run(command, tmp_path if command.startswith("pacta ingest") else home, service)
    assert steady(printed) == steady(output)


PROGRAMS = PROGRAM.findall(README.read_text("utf-8"))


@pytest.mark.parametrize(("program", "output"), PROGRAMS, ids=["OpenAI", "MCP", "llama-index"])
def test_the_programs_of_the_readme_print_what_it_shows(program: str, output: str, home: Path, service: str) -> None:
    assert run_program(program, home, service) == output.strip("\n")


def test_the_readme_shows_its_commands() -> None:
    assert len(ALL) >= 6


def write() -> None:
    """Put the present output of each command into the README."""
    with tempfile.TemporaryDirectory() as folder:
        home, fresh = Path(folder, "home"), Path(folder, "fresh")
        run("pacta ingest ingest/samples", home)

        shutil.copytree(home, served := Path(folder, "served"))
        with serving(served) as service:

            def filled(match: re.Match[str]) -> str:
                lines = []
                for command, _ in commands_of(match[1]):
                    printed = run(command, fresh if command.startswith("pacta ingest") else home, service)
                    lines.append(f"$ {command}\n{printed}\n")
                return "```console\n" + "\n".join(lines).rstrip("\n") + "\n```"

            def printed(match: re.Match[str]) -> str:
                return f"```python\n{match[1]}```\n\n```text\n{run_program(match[1], home, service)}\n```"

            text = BLOCK.sub(filled, README.read_text("utf-8"))
            README.write_text(PROGRAM.sub(printed, text), "utf-8")


if __name__ == "__main__":
    write()
