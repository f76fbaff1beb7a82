"""The articles of an index as train.py reads them, one JSON object a line. Run by hand, in Pacta's environment.

    PACTA_HOME=HOME pacta ingest FOLDER
    python ingest/model/articles.py HOME > articles.jsonl

``uid`` is the treaty's id and the article's eId with a stroke between them, as in ingest/questions.tsv.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ingest.index import open_index

# Treaties that dev questions are about: never trained on, whatever file their articles come from.
DEV = {"npt", "open-skies"}


def main(home: Path) -> None:
    """Print the articles of the current index of a home folder; raises IndexMissing if there is none."""
    index = open_index(home)
    for treaty_id in index.treaties:
        parsed = index.treaties[treaty_id]
        for article in parsed.articles:
            record = {
                "uid": f"{treaty_id}/{article.eid}",
                "treaty_id": treaty_id,
                "treaty": parsed.treaty.title,
                "number": article.number,
                "heading": article.heading,
                "text": parsed.treaty.text[article.body_start : article.end].strip(),
                "dev": treaty_id in DEV,
            }
            print(json.dumps(record, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
