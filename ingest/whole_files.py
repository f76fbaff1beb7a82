"""Small files that others read while they are replaced."""

import json
import os
import threading
from pathlib import Path
from typing import Any


def write_json(path: Path, document: Any, *, durable: bool = True) -> None:
    """Replaces a JSON file at once: whoever reads it meets the old one or the new one, whole. Raises OSError.

    A ``durable`` one outlasts a power cut too, which takes a moment.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with partial.open("w", encoding="utf-8") as file:
            json.dump(document, file, ensure_ascii=False)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
