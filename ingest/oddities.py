"""What is odd about the numbering of a treaty, as sentences: articles that are not there, eIds given twice."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from ingest.models import Provision

_MOST_SHOWN = 12
# Numbers that begin again in each part begin anywhere in an excerpt of one.
_IN_DIVISION = re.compile(r"(?:^|__)(?:part|chp|sec|title|book|subsec)_[^_]+(?:-\d+)?__$")


def find_oddities(provisions: Iterable[Provision]) -> Iterator[str]:
    """Gaps in the numbering and numbers given twice, of the body and of each annex or part that numbers anew."""
    eids: Counter[str] = Counter()
    groups: dict[str, list[Provision]] = {}
    for provision in provisions:
        eids[provision.eid] += 1
        if provision.kind == "article":
            groups.setdefault(provision.eid.rpartition("art_")[0], []).append(provision)
    for prefix, articles in groups.items():
        numbers = [int(m[0]) for a in articles if (m := re.match(r"\d+", a.normalised_number or ""))]
        plain = [int(number) for a in articles if (number := a.normalised_number or "").isdecimal()]
        if plain and len(plain) == len(set(plain)) and (gaps := _gaps(numbers, plain[0], prefix)):
            shown = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in gaps[:_MOST_SHOWN])
            more = f" and {len(gaps) - _MOST_SHOWN} more" if len(gaps) > _MOST_SHOWN else ""
            where = f" of {prefix.rstrip('_')}" if prefix else ""
            yield f"articles {shown}{more}{where} are not in the text"
    if repeated := [eid for eid, times in eids.items() if times > 1]:
        yield f"eIds given twice: {', '.join(repeated[:5])}"


def _gaps(numbers: list[int], first: int, prefix: str) -> list[tuple[int, int]]:
    """The first and last number of each gap below the last number; chapters may be counted by hundreds."""
    by_hundreds = first > 100 and first % 100 == 1
    before = min(numbers) - 1 if _IN_DIVISION.search(prefix) else 0
    gaps: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if by_hundreds and number // 100 > before // 100:
            before = number // 100 * 100
        if number > before + 1:
            gaps.append((before + 1, number - 1))
        before = number
    return gaps
