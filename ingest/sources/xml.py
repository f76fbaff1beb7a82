"""XML read with care, and which kind of XML a document is.

Nothing outside the file is ever fetched, and no entity is expanded: an entity may stand for a file of this
machine, for an address, or for a thousand million copies of itself.
"""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from ingest.errors import UnreadableDocument

Element = etree._Element
# How far into a file its root element is looked for: a document type with its entities may stand before it.
_ROOT_REACH = 256 << 10
_ENDS_WORD = {"p", "P", "br", "eol", "num", "NO.P"}
_PLACE = re.compile(r",? line \d+(, column \d+)?$")
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<\0?\?\0?x\0?m\0?l|\0<\0\?\0x\0m\0l")


@dataclass(frozen=True, slots=True)
class Root:
    """The root element of an XML document: its name, its namespace ("" for none), its schema's address."""

    name: str
    namespace: str = ""
    schema: str = ""


def is_declared(data: bytes) -> bool:
    """Whether bytes begin with an XML declaration."""
    return bool(_DECLARED.match(data))


def find_root(data: bytes, name: str) -> Root | None:
    """The root element of XML; None for bytes that are no XML.

    Raises UnreadableDocument for bytes that say they are XML and break before their first element.
    """
    parser = etree.XMLPullParser(("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    broken = False
    for begin in range(0, min(len(data), _ROOT_REACH), 4096):
        try:
            parser.feed(data[begin : begin + 4096])
        except etree.XMLSyntaxError:
            broken = True  # perhaps behind the root element
        for _, element in parser.read_events():
            assert isinstance(element, Element)
            return _root(element)
        if broken:
            break
    return _root(parse_xml(data, name)) if is_declared(data) else None


def _root(element: Element) -> Root:
    # No QName: it refuses a prefix that is not declared, and the parser does not.
    namespace = str(element.tag).rpartition("}")[0].lstrip("{")
    schema = next((str(v) for k, v in element.attrib.items() if "chemaLocation" in str(k)), "")
    return Root(local_name(element), namespace, schema)


def parse_xml(data: bytes, name: str, what: str = "the XML") -> Element:
    """The root element of XML, without comments and processing instructions; ``what`` names it in messages.

    Raises UnreadableDocument where it is broken (with line and column), nested deeper than 256 levels, or
    uses an entity of its own.
    """
    # libxml2's own limits stay with huge_tree off: 256 levels, 10 MB a text.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _broken(name, error, what) from error
    except ValueError as error:
        raise UnreadableDocument(name, f"{what} cannot be read ({error}).", "Get the file again.") from error
    for entity in root.iter(etree.Entity):
        raise UnreadableDocument(
            name,
            f"{what} uses the entity {entity.text} at line {entity.sourceline}, and Pacta expands none.",
            "Put the words in its place that it stands for.",
        )
    return root


def local_name(element: Element) -> str:
    """An element's name without its namespace."""
    return _local_name(element.tag)


@lru_cache(maxsize=1024)  # a document has thousands of elements, of a few dozen names
def _local_name(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def has_words(element: Element) -> bool:
    """Whether words stand in an element itself, beside or between the elements in it."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def words_of(element: Element, skipped: Container[str] = ()) -> str:
    """The words inside an element on one line, without those of elements named in ``skipped``."""
    return " ".join("".join(_texts(element, skipped)).split())


def _texts(element: Element, skipped: Container[str]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if (name := local_name(child)) not in skipped:
            yield from _texts(child, skipped)
            if name in _ENDS_WORD:
                yield " "
        yield child.tail or ""


def _broken(name: str, error: etree.XMLSyntaxError, what: str) -> UnreadableDocument:
    line, column = error.position
    told = " ".join(_PLACE.sub("", error.msg or "").split()).rstrip(".")
    if "Excessive depth" in told:
        return UnreadableDocument(name, f"{what} is nested too deeply.", "Save it in a simpler form.")
    if "entity amplification" in told or "entity reference loop" in told:
        reason = f"{what} has an entity that stands for very many copies of itself."
        return UnreadableDocument(name, reason, "Put the words in its place that it stands for.")
    if "Text node too long" in told or "huge text node" in told:
        return UnreadableDocument(name, f"{what} holds a text longer than 10 MB.", "Split it.")
    return UnreadableDocument(
        name, f"{what} is broken at line {line}, column {column}: {told}.", "Get the file again, or mend that place."
    )
