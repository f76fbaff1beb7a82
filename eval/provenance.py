"""What a figure depends on beside the questions: versions, code, machine."""

import hashlib
import os
import platform
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
# What can change an answer: the code, the model, what was fitted.
_PACKAGES = ("ingest", "service")
_LIBRARIES = ("chromadb", "llama-index-core", "onnxruntime", "tokenizers", "tantivy", "numpy", "pypdfium2", "lxml")


def provenance() -> dict[str, Any]:
    """Versions, git commit (None outside a checkout), checksum of the code that answers, and the machine."""
    return {
        "pacta": _version("pacta"),
        "commit": git_commit(),
        "code_sha256": code_sha256(),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "machine": {"system": platform.system(), "architecture": platform.machine(), "cpus": os.cpu_count()},
    }


@lru_cache(maxsize=1)
def code_sha256() -> str:
    """SHA-256 over the files that answer: the same code and weights give the same, whatever git knows of them."""
    digest = hashlib.sha256()
    for path in sorted(_code_files()):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def git_commit() -> str | None:
    """The commit checked out, with "+changes" where files differ from it."""
    commit = _git("rev-parse", "HEAD")
    changes = _git("status", "--porcelain", "--untracked-files=no")
    return f"{commit}+changes" if commit and changes else commit


def _code_files() -> Iterator[Path]:
    for package in _PACKAGES:
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and not {"__pycache__", "samples"} & set(path.parts):
                yield path


def _git(*words: str) -> str | None:
    if not (ROOT / ".git").exists():
        return None
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
