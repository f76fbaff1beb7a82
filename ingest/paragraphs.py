"""The inside of an article: paragraphs, points, sub-points, definitions and the words around them.

Drafting conventions followed here (United Nations practice, Treaty Handbook; most treaties keep to them):

- numbered paragraphs are "1." or "(1)"; unnumbered ones are counted;
- points are "(a)", sub-points "(i)", a list may also use dashes;
- the words before a list are its chapeau; words after it, set on a line of their own, close it;
- '"Vessel" means …' in a list without numbers is a definition with a name for a number.

Every word of the stretch lies in exactly one leaf.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ingest.models import Provision, ProvisionKind
from ingest.numbers import roman_value

_MARK = re.compile(
    r"""(?x)
    \((?P<pn>\d{1,3})\)\.?           (?=\D|$)
  | (?P<nd>\d{1,3})\.(?![\d])\s*
  | (?P<np>\d{1,3})\)
  | (?P<nh>\d{1,2})\s[-–—]\s
  | \((?P<pl>[a-z]{1,5}(?:-[a-z])?)\)\.?
  | (?P<lp>[a-z]{1,5})\)\.?
  | (?P<ld>[a-z]|[ivx]{2,5})\.(?=\s)\s*
  | \((?P<pu>[A-Z])\)
  | (?P<ud>[A-Z])\.(?=\s[A-Z])\s*
  | (?P<dash>[–—•▪-])\s*(?=\S)
  | (?P<bare>\d{1,2})(?=\s+(?:[A-Z“"]|to\s))
    """
)
_NUMERIC = {"pn", "nd", "np", "nh", "bare"}
# A mark inside a line, read backwards from its bracket: what stands before a ")".
_INLINE = re.compile(r"(?:^|[:;,.—–\s])\(?(?P<value>[a-z]|[ivx]{1,4}|\d{1,2})$")
_MARK_REACH = 8
_DEFINED = re.compile(
    r"""(?x)^\s*(?:[Tt]he\s+(?:term|expression|word)s?\s+)?
    (?:[“"«‘'*_]+(?P<quoted>[^”"»’*_]{2,60})[”"»’'*_]+|(?P<plain>[A-Z][\w\s-]{1,40}?))\s*
    (?:\([^)]{1,40}\)\s*)?[,:]?\s*
    (?:(?:shall\s+)?(?:also\s+)?means?\b|refers?\s+to\b|includes?\b|shall\s+include\b|denotes?\b|is\s+defined|désigne|s’entend)"""
)


@dataclass(slots=True)
class _Node:
    """A piece while the tree grows: ``style`` and ``value`` of its mark, the end set when it is closed."""

    kind: ProvisionKind
    number: str | None
    style: str
    value: int
    start: int
    body_start: int
    end: int = 0
    children: list["_Node"] = field(default_factory=list)
    name: str | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    """A line of the article, or a piece of it that begins with a mark inside the line."""

    text: str
    start: int


def split_article(text: str, parent: Provision, start: int, end: int, *, keep_single: bool = False) -> list[Provision]:
    """The provisions inside ``text[start:end]``, parents before children.

    There are none where it is one unnumbered paragraph, which is the article itself; ``keep_single``
    gives that paragraph too, for an article that holds something else beside it.
    """
    root = _Node("article", None, "", 0, start, start)
    stack = [root]
    definitions = False
    for block in _blocks(text, start, end):
        definitions = _place(block, stack, definitions)
    root.end = end
    _close(root, end)
    nodes = _with_chapeaux(root, text, keep_single)
    if not nodes:
        return []
    return list(_provisions(nodes, parent, text))


def _blocks(text: str, start: int, end: int) -> Iterator[_Block]:
    offset = start
    for raw in text[start:end].split("\n"):
        if raw.strip():
            yield from _inline_blocks(raw, offset)
        offset += len(raw) + 1


def _inline_blocks(line: str, offset: int) -> Iterator[_Block]:
    """A line cut where a whole run of marks stands inside it: "shall: (a) …; (b) …; and (c) …"."""
    cuts = [0]
    expected: str | None = None
    pending: list[int] = []
    found = list(_inline_marks(line))
    last = {value: position for position, (_, value) in enumerate(found)}
    lead = len(line) - len(line.lstrip())
    for position, (at, value) in enumerate(found):
        before = line[max(0, at - 40) : at].rstrip()
        # A run inside a line begins behind a colon, or with the mark that the line itself begins with.
        opens = at <= lead or (value in ("a", "i", "1") and before.endswith((":", "—", "–")))
        goes_on = expected == value and (
            before.endswith((";", ",", ":", ".")) or re.search(r"[;,]\s*(and|or|and/or)$", before) is not None
        )
        if opens:
            # A mark alone is no list: its successor must follow somewhere behind it.
            if last.get(_successor(value), -1) > position or at <= lead:
                pending.append(at)
                expected = _successor(value)
        elif goes_on:
            pending.append(at)
            expected = _successor(value)
    cuts += [at for at in pending if at]
    for cut, following in zip(cuts, [*cuts[1:], len(line)], strict=True):
        if line[cut:following].strip():
            yield _Block(line[cut:following], offset + cut)


def _inline_marks(line: str) -> Iterator[tuple[int, str]]:
    """The marks "(a)", "ii)", "3)" in a line with where they begin."""
    bracket = line.find(")")
    while bracket >= 0:
        following = line[bracket + 1 : bracket + 3].lstrip()[:1]
        if following.isalnum() or following in '_“"':
            begin = max(0, bracket - _MARK_REACH)
            match = _INLINE.search(line[begin:bracket])
            if match and (match.start("value") or not begin):
                at = begin + match.start("value")
                yield at - (line[at - 1 : at] == "("), match["value"]
        bracket = line.find(")", bracket + 1)


def _successor(value: str) -> str:
    if value.isdigit():
        return str(int(value) + 1)
    romans = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"]
    if value in romans[:-1] and value != "v" and len(value) >= 1 and value != "x":
        return romans[romans.index(value) + 1]
    return chr(ord(value) + 1) if len(value) == 1 else value


def _place(block: _Block, stack: list[_Node], definitions: bool) -> bool:
    """Put a block into the tree; says whether the article has begun to define terms."""
    text, start = block.text, block.start + len(block.text) - len(block.text.lstrip())
    text = text.strip()
    marked = False
    while (mark := _MARK.match(text)) is not None:
        node = _node_of(mark, stack, start)
        if node is None:
            break
        marked = True
        start += mark.end()
        rest = text[mark.end() :]
        start += len(rest) - len(rest.lstrip())
        text = rest.lstrip()
        node.body_start = start
    if marked:
        return definitions
    if definition := _DEFINED.match(text):
        term = (definition["quoted"] or definition["plain"]).strip()
        if definitions or definition["quoted"]:
            _pop_to(stack, lambda n: n.style in ("", "paragraph") or n.style in _NUMERIC)
            _push(stack, _Node("definition", None, "definition", 0, start, start, name=term))
            return True
    if len(stack) > 1 and stack[-1].style in ("paragraph", "definition"):
        stack.pop()
    if stack[-1].style == "":
        _push(stack, _Node("paragraph", None, "paragraph", 0, start, start))
    elif stack[-1].children or stack[-1].kind == "point":
        # A line without a mark after points closes the list it stands behind, at the paragraph's level.
        _pop_to(stack, lambda n: n.style == "" or n.kind == "paragraph")
        if stack[-1].style == "":
            _push(stack, _Node("paragraph", None, "paragraph", 0, start, start))
        else:
            _push(stack, _Node("chapeau", None, "closing", 0, start, start))
            stack.pop()
    return definitions


def _pop_to(stack: list[_Node], reached: Callable[[_Node], bool]) -> None:
    while len(stack) > 1 and not reached(stack[-1]):
        stack.pop()


def _push(stack: list[_Node], node: _Node) -> None:
    stack[-1].children.append(node)
    stack.append(node)


def _node_of(mark: re.Match[str], stack: list[_Node], start: int) -> _Node | None:
    """The node that a mark opens, put on the stack; None where the mark fits nowhere (it is a word)."""
    style = mark.lastgroup or ""
    printed = mark[style]
    if style == "dash":
        level = _level_of(stack, "dash")
        if level is None:
            if len(stack) == 1:
                return None
            level = len(stack)
        del stack[level:]
        siblings = sum(1 for child in stack[-1].children if child.style == "dash")
        node = _Node("point", None, "dash", siblings + 1, start, start)
        _push(stack, node)
        return node
    readings = _readings(style, printed)
    for name, value in readings:
        level = _level_of(stack, name)
        if level is not None and value == stack[level].value + 1:
            return _open(stack, level, name, value, printed, start)
    for name, value in readings:
        if value == 1:
            if name == "bare" and len(stack) > 2:
                continue
            level = _nearest_open_level(stack, name)
            return _open(stack, level, name, value, printed, start)
    for name, value in readings:
        # Official texts lose numbers; a small step forward is still the same list.
        level = _level_of(stack, name)
        if level is not None and name != "bare" and 0 < value - stack[level].value <= 3:
            return _open(stack, level, name, value, printed, start)
        if level is None and name == "nd" and len(stack) == 1 and value <= 30 and not stack[0].children:
            return _open(stack, 1, name, value, printed, start)
    return None


def _readings(style: str, printed: str) -> list[tuple[str, int]]:
    """The ways to read a mark: letters may be roman numbers; the style keeps the two apart."""
    if printed.isdigit():
        return [(style, int(printed))]
    readings = []
    low = printed.lower()
    if len(low) == 1:
        readings.append((style + "-alpha", ord(low) - ord("a") + 1))
    elif len(set(low)) == 1 and len(low) == 2:
        # After (z) comes (aa).
        readings.append((style + "-alpha", 26 + ord(low[0]) - ord("a") + 1))
    if (roman := roman_value(low)) is not None and printed == low:
        readings.append((style + "-roman", roman))
    return readings


def _level_of(stack: list[_Node], style: str) -> int | None:
    return next((i for i in range(len(stack) - 1, 0, -1) if stack[i].style == style), None)


def _nearest_open_level(stack: list[_Node], style: str) -> int:
    """Where a list that begins anew goes: a numbered paragraph under the article, a point under the last."""
    if style in _NUMERIC and (len(stack) == 1 or all(n.style in ("paragraph", "definition") for n in stack[1:])):
        # "1." after unnumbered words begins the article's own paragraphs.
        return 1 if stack[-1].kind != "definition" else len(stack)
    return len(stack)


def _open(stack: list[_Node], level: int, style: str, value: int, printed: str, start: int) -> _Node:
    del stack[level:]
    family = style.split("-")[0]
    top = len(stack) == 1
    kind: ProvisionKind = "paragraph" if top and family in _NUMERIC else "point"
    node = _Node(kind, printed, style, value, start, start)
    _push(stack, node)
    return node


def _close(node: _Node, end: int) -> None:
    """Set the ends: each piece reaches to where the next one begins."""
    ends = [*(child.start for child in node.children[1:]), end]
    for child, child_end in zip(node.children, ends, strict=False):
        child.end = child_end
        _close(child, child.end)


def _with_chapeaux(root: _Node, text: str, keep_single: bool) -> list[_Node]:
    """The article's pieces, a single unnumbered paragraph dissolved, chapeaux added before lists."""
    unnumbered = [c for c in root.children if c.style == "paragraph"]
    first = root.children[0] if root.children else None
    if len(unnumbered) > 2 and first is unnumbered[0] and not first.children and _announces(text, first):
        # "… shall act in accordance with the following Principles." opens the paragraphs and is none itself.
        first.kind, first.style = "chapeau", "chapeau"
    if len(unnumbered) == 1 and root.children[0] is unnumbered[0]:
        only = unnumbered[0]
        if len(root.children) == 1 and not (keep_single and not only.children):
            # One unnumbered paragraph is the article itself.
            root.children = only.children
        elif len(root.children) > 1 and root.children[1].style != "paragraph" and not only.children:
            # Words before "1." are the chapeau of all that follows.
            root.children = root.children[1:]
    for node in _walk(root):
        if node is not root and node.children and not text[node.body_start : node.children[0].start].strip():
            # "2. (a) …" on one line: the number stands with its first point.
            node.children[0].start = node.start
        elif node.children and text[node.body_start : node.children[0].start].strip():
            # The printed number of a paragraph stands with its first words.
            begin = node.start if node is not root else node.body_start
            opening = _Node("chapeau", None, "chapeau", 0, begin, node.body_start)
            opening.end = node.children[0].start
            node.children.insert(0, opening)
    return root.children


def _announces(text: str, node: _Node) -> bool:
    words = text[node.start : node.end].strip()
    return words.endswith(":") or bool(re.search(r"\bfollowing\b[^.;]{0,60}[.:]$", words))


def _walk(node: _Node) -> Iterator[_Node]:
    yield node
    for child in list(node.children):
        yield from _walk(child)


def _provisions(nodes: list[_Node], parent: Provision, text: str) -> Iterator[Provision]:
    used: set[str] = set()
    counted = 0
    for node in nodes:
        if node.kind == "paragraph":
            counted += 1
        step, label = _step(node, counted, nodes)
        eid = f"{parent.eid}__{step}"
        extra = 2
        while eid in used:
            eid = f"{parent.eid}__{step}_{extra}"
            extra += 1
        used.add(eid)
        end = node.end
        while end > node.start and text[end - 1].isspace():
            end -= 1
        provision = Provision(
            eid=eid,
            kind=node.kind,
            number=node.number,
            normalised_number=step.rsplit("_", 1)[-1] if node.number else None,
            heading=node.name,
            start=node.start,
            end=end,
            parent=parent.eid,
            body_start=min(node.body_start, end),
            label=label,
        )
        yield provision
        yield from _provisions(node.children, provision, text)


def _step(node: _Node, counted: int, siblings: list[_Node]) -> tuple[str, str]:
    """The last part of the eId, and the label, of one piece."""
    if node.kind == "chapeau":
        return ("closing", "closing words") if node.style == "closing" else ("chapeau", "chapeau")
    if node.name is not None:
        slug = re.sub(r"\W+", "-", node.name.lower()).strip("-")
        return f"def_{slug}", f"definition of “{node.name}”"
    if node.kind == "paragraph":
        number = node.number or str(counted)
        return f"para_{number}", f"paragraph {number}"
    if node.style == "dash":
        return f"point_{node.value}", f"indent {node.value}"
    return f"point_{(node.number or '').lower()}", f"({node.number})"
