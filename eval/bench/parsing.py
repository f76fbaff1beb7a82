"""How fast documents are parsed: megabytes a second of processor time, and the whole time of one small file.

    make bench-parse DOCUMENTS="folder texts.jsonl …"

Each document is read, split and printed as JSON, as ``pacta parse --json`` does, in one process; a .jsonl file
gives one text a line in its field "text". Without any the sample treaties are measured, which are too small to
tell much. The time of one small file is that of the command with its interpreter, from start to end.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import DocumentError
from ingest.manifest import Entry
from ingest.parse import parse_file

SAMPLES = Path(__file__).parents[2] / "ingest" / "samples"
SMALL = SAMPLES / "orrin.txt"


@dataclass
class Speed:
    """The documents of one format: how many, their bytes, and the processor seconds they took."""

    documents: int = 0
    size: int = 0
    seconds: float = 0.0
    slowest: tuple[float, str] = (0.0, "")


def documents(paths: list[Path], folder: Path) -> Iterator[Path]:
    """The files of ``paths``; the texts of .jsonl files are written to ``folder`` first."""
    for path in paths:
        if path.suffix == ".jsonl":
            for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
                text = folder / f"{path.stem}-{number}.txt"
                text.write_text(json.loads(line)["text"], "utf-8")
                yield text
        elif path.is_dir():
            yield from (p for p in sorted(path.rglob("*")) if p.is_file() and p.suffix not in (".yaml", ".py"))
        else:
            yield path


def measure(found: list[Path], rounds: int) -> dict[str, Speed]:
    """The speed of each format, the best of some rounds; what cannot be parsed is left out."""
    speeds: dict[str, Speed] = defaultdict(Speed)
    for path in found:
        times = []
        for _ in range(rounds):
            start = time.process_time()
            try:
                parsed = parse_file(Entry(path))
            except DocumentError:
                break
            json.dumps(parsed.to_json(), ensure_ascii=False)
            times.append(time.process_time() - start)
        if not times:
            continue
        speed = speeds[parsed.treaty.source.format]
        speed.documents += 1
        speed.size += path.stat().st_size
        speed.seconds += min(times)
        speed.slowest = max(speed.slowest, (min(times), path.name))
    return speeds


def time_of_command(path: Path, runs: int) -> list[float]:
    """Seconds of ``pacta parse`` of one file, each time in a process of its own."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "pacta", "parse", str(path)], stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - start)
    return times


def main() -> None:
    """The command line of ``make bench-parse``."""
    parser = argparse.ArgumentParser(prog="bench-parse", description="Measure the speed of pacta parse.")
    parser.add_argument("documents", nargs="*", type=Path, help="files, folders, .jsonl of texts")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--runs", type=int, default=15, help="of the command, for the time of a small file")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        speeds = measure(list(documents(args.documents or [SAMPLES], Path(folder))), args.rounds)
    print(f"{'format':<14}{'documents':>10}{'MB':>9}{'seconds':>10}{'MB/s':>8}   slowest")
    for name, s in sorted(speeds.items(), key=lambda item: -item[1].size):
        rate = s.size / 1e6 / s.seconds
        slowest = f"{s.slowest[1]} ({s.slowest[0]:.2f} s)"
        print(f"{name:<14}{s.documents:>10}{s.size / 1e6:>9.2f}{s.seconds:>10.2f}{rate:>8.2f}   {slowest}")
    for path in (SMALL, SAMPLES / "river-basin.pdf"):
        times = time_of_command(path, args.runs)
        middle, most = statistics.median(times), max(times)
        print(f"pacta parse {path.name}: median {middle:.3f} s, slowest of {len(times)} {most:.3f} s")


if __name__ == "__main__":
    main()
