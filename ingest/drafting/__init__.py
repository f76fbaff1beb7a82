"""How final clauses are drafted: the words by which final_clauses.py reads them, one module a language.

Treaty offices draft these clauses from models (Final Clauses of Multilateral Treaties: Handbook, of the United
Nations; the model final clauses of the Council of Europe), so that a few forms hold nearly all there are.
Patterns are written with a blank for any white space or none, since scraped texts lose it ("thirtiethday"), and
with names in angle brackets for what comes again.
"""

from functools import cache
from importlib import import_module

from ingest.drafting.record import Depositary, Drafting, Entry, Languages, Match, Signing, Withdrawal, Words

_WITH_RULES = frozenset({"en", "fr", "es", "ru", "zh", "ar"})


@cache
def drafting_of(language: str) -> Drafting | None:
    """The drafting of a language by its code; None for one that Pacta has no rules for."""
    if language not in _WITH_RULES:
        return None
    # The patterns of a language are made only where a treaty in it is read.
    found: Drafting = import_module(f"ingest.drafting.{language}").DRAFTING
    return found


__all__ = [
    "Depositary",
    "Drafting",
    "Entry",
    "Languages",
    "Match",
    "Signing",
    "Withdrawal",
    "Words",
    "drafting_of",
]
