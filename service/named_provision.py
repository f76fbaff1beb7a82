"""A provision by its eId, or by its name as people write it: "Article 51 (2)"."""

from ingest.errors import UnknownProvision
from ingest.mentions import find_mentions
from ingest.models import ParsedTreaty, Provision
from ingest.places import Found, find_places
from service.web.contents import say_which_articles

# A refusal names so many eIds to ask by instead; more would bury what it says.
EIDS_NAMED = 60


def named_provision(parsed: ParsedTreaty, name: str) -> Provision:
    """The one provision with an eId or a name; raises UnknownProvision, which lists eIds, for none or several."""
    if name in parsed.by_eid:
        return parsed.by_eid[name]
    places = _places(parsed, name.strip()) or _places(parsed, f"Article {name.strip()}")
    found = [provision for place in places for provision in place.provisions]
    lacking = not found or any(place.lacking for place in places)
    if len(found) == 1 and not lacking:
        return found[0]
    if lacking:
        said = f"{parsed.treaty.title} has no provision {name!r}. {say_which_articles(parsed)}"
    else:
        said = f"{name!r} names several provisions of {parsed.treaty.title}."
    # A paragraph that is not there leads to its article, whose own paragraphs are then named.
    within = [child for provision in found if lacking for child in parsed.children.get(provision.eid, ())]
    eids = [provision.eid for provision in ([*found, *within] or parsed.articles or parsed.provisions)]
    more = f" and {len(eids) - EIDS_NAMED:,} more" if len(eids) > EIDS_NAMED else ""
    raise UnknownProvision(f"{said} Ask for one eId: {', '.join(eids[:EIDS_NAMED])}{more}.")


def _places(parsed: ParsedTreaty, text: str) -> list[Found]:
    """Where a text that is a name and nothing besides leads; of a sentence it could not be told what is meant."""
    mentions = find_mentions(text, question=True)
    if len(mentions) != 1 or mentions[0].end != len(text) or text[: mentions[0].start].lower() not in ("", "the "):
        return []
    return [find_places(parsed, target) for target in mentions[0].targets]
