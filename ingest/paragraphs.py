"""The inside of an article: paragraphs, points, sub-points, definitions and the words around them.

Drafting conventions followed here (United Nations practice, Treaty Handbook; most treaties keep to them):

- numbered paragraphs are "1." or "(1)"; unnumbered ones are counted;
- points are "(a)", sub-points "(i)", a list may also use dashes;
- the words before a list are its chapeau; words after it, set on a line of their own, close it;
- '"Vessel" means …' in a list without numbers is a definition with a name for a number.

Every word of the stretch lies in exactly one leaf.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from ingest.marks import NUMERIC, Block, Mark, cut_blocks, read_mark
from ingest.models import Provision, ProvisionKind

# Treaties stop at the fourth level, "1 (a) (i) (A)"; what would go deeper stands beside the deepest.
_DEEPEST = 8
_DEFINED = re.compile(
    r"""(?x)^\s*(?:[Tt]he\s+(?:term|expression|word)s?\s+)?
    (?:[“"«‘'*_]+(?P<quoted>[^”"»’*_]{2,60})[”"»’'*_]+|(?P<plain>[A-Z][\w\s-]{1,40}?))\s*
    (?:\([^)]{1,40}\)\s*)?[,:]?\s*
    (?:(?:shall\s+)?(?:also\s+)?means?\b|refers?\s+to\b|includes?\b|shall\s+include\b|denotes?\b|is\s+defined
    |désigne|s’entend|означает|是指)"""
)


@dataclass(slots=True)
class _Node:
    """A piece while the tree grows: ``style`` and ``value`` of its mark, the end set when it is closed.

    ``announces`` tells that its words so far end with a colon.
    """

    kind: ProvisionKind
    number: str | None
    style: str
    value: int
    start: int
    body_start: int
    end: int = 0
    children: list["_Node"] = field(default_factory=list)
    name: str | None = None
    announces: bool = False


def split_article(text: str, parent: Provision, start: int, end: int, *, keep_single: bool = False) -> list[Provision]:
    """The provisions inside ``text[start:end]``, parents before children.

    There are none where it is one unnumbered paragraph, which is the article itself; ``keep_single``
    gives that paragraph too, for an article that holds something else beside it.
    """
    root = _Node("article", None, "", 0, start, start)
    stack = [root]
    definitions = False
    for block in cut_blocks(text, start, end):
        definitions = _place(block, stack, definitions)
    root.end = end
    _close(root, end)
    nodes = _with_chapeaux(root, text, keep_single)
    found: list[Provision] = []
    if nodes:
        _add_provisions(found, nodes, parent.eid, text)
    return found


def _place(block: Block, stack: list[_Node], definitions: bool) -> bool:
    """Put a block into the tree; says whether the article has begun to define terms."""
    text = block.text.strip()
    announces = text.endswith((":", "：", "—", "–"))
    start = block.start + len(block.text) - len(block.text.lstrip())
    marked = False
    for _ in range(_DEEPEST):
        mark = read_mark(text) if text else None
        node = _node_of(mark, stack, start) if mark else None
        if mark is None or node is None:
            break
        marked = True
        start += mark.end
        rest = text[mark.end :]
        text = rest.lstrip()
        start += len(rest) - len(text)
        node.body_start = start
    if marked:
        stack[-1].announces = announces
        return definitions
    if _may_define(text[:160]) and (definition := _DEFINED.match(text)):
        term = (definition["quoted"] or definition["plain"]).strip()
        if definitions or definition["quoted"]:
            _pop_to(stack, lambda n: n.style in ("", "paragraph") or n.style in NUMERIC)
            _push(stack, _Node("definition", None, "definition", 0, start, start, name=term, announces=announces))
            return True
    if len(stack) > 1 and stack[-1].style in ("paragraph", "definition"):
        stack.pop()
    if stack[-1].style == "":
        _push(stack, _Node("paragraph", None, "paragraph", 0, start, start, announces=announces))
    elif stack[-1].children or stack[-1].kind == "point":
        # A line without a mark after points closes the list it stands behind, at the paragraph's level.
        _pop_to(stack, lambda n: n.style == "" or n.kind == "paragraph")
        if stack[-1].style == "":
            _push(stack, _Node("paragraph", None, "paragraph", 0, start, start, announces=announces))
        else:
            _push(stack, _Node("chapeau", None, "closing", 0, start, start))
            stack.pop()
    else:
        stack[-1].announces = announces
    return definitions


def _may_define(words: str) -> bool:
    """Whether one of the words that define is among the first of a block; looking for the whole form takes longer."""
    return (
        "mean" in words or "nclude" in words or "refer" in words or "denote" in words or "defined" in words
        or "désigne" in words or "entend" in words or "означает" in words or "是指" in words
    )  # fmt: skip


def _pop_to(stack: list[_Node], reached: Callable[[_Node], bool]) -> None:
    while len(stack) > 1 and not reached(stack[-1]):
        stack.pop()


def _push(stack: list[_Node], node: _Node) -> None:
    stack[-1].children.append(node)
    stack.append(node)


def _node_of(mark: Mark, stack: list[_Node], start: int) -> _Node | None:
    """The node that a mark opens, put on the stack; None where the mark fits nowhere (it is a word)."""
    if mark.style == "dash":
        level = _level_of(stack, "dash")
        if level is None:
            if len(stack) == 1:
                return None
            level = min(len(stack), _DEEPEST)
        del stack[level:]
        siblings = sum(1 for child in stack[-1].children if child.style == "dash")
        node = _Node("point", None, "dash", siblings + 1, start, start)
        _push(stack, node)
        return node
    levels = [(name, value, _level_of(stack, name)) for name, value in mark.readings]
    announced = stack[-1].announces and any(value == 1 and level is None for _, value, level in levels)
    if not announced:
        # Behind "(h) …:" an (i) begins a list of its own; behind "(h) …;" it is the ninth letter.
        for name, value, level in levels:
            if level is not None and value == stack[level].value + (0 if mark.suffix else 1):
                return _open(stack, level, name, value, mark.printed, start)
    for name, value, level in levels:
        if value == 1 and not mark.suffix and (level is None or not announced):
            if name == "bare" and len(stack) > 2:
                continue
            return _open(stack, _nearest_open_level(stack, name), name, value, mark.printed, start)
    for name, value, level in levels:
        # Official texts lose numbers; a small step forward is still the same list.
        if level is not None and name != "bare" and 0 < value - stack[level].value <= 3:
            return _open(stack, level, name, value, mark.printed, start)
        if level is None and name == "nd" and len(stack) == 1 and value <= 30 and not stack[0].children:
            return _open(stack, 1, name, value, mark.printed, start)
    return None


def _level_of(stack: list[_Node], style: str) -> int | None:
    for level in range(len(stack) - 1, 0, -1):
        if stack[level].style == style:
            return level
    return None


def _nearest_open_level(stack: list[_Node], style: str) -> int:
    """Where a list that begins anew goes: a numbered paragraph under the article, a point under the last."""
    if style in NUMERIC and (len(stack) == 1 or all(n.style in ("paragraph", "definition") for n in stack[1:])):
        # "1." after unnumbered words begins the article's own paragraphs.
        return 1 if stack[-1].kind != "definition" else len(stack)
    return min(len(stack), _DEEPEST)


def _open(stack: list[_Node], level: int, style: str, value: int, printed: str, start: int) -> _Node:
    del stack[level:]
    kind: ProvisionKind = "paragraph" if len(stack) == 1 and style in NUMERIC else "point"
    node = _Node(kind, printed, style, value, start, start)
    _push(stack, node)
    return node


def _close(node: _Node, end: int) -> None:
    """Set the ends: each piece reaches to where the next one begins."""
    before: _Node | None = None
    for child in node.children:
        if before is not None:
            before.end = child.start
            if before.children:
                _close(before, child.start)
        before = child
    if before is not None:
        before.end = end
        if before.children:
            _close(before, end)


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
    _add_chapeaux(root, text, is_root=True)
    return root.children


def _add_chapeaux(node: _Node, text: str, *, is_root: bool = False) -> None:
    if not node.children:
        return
    first = node.children[0]
    if text[node.body_start : first.start].strip():
        # The printed number of a paragraph stands with its first words.
        begin = node.body_start if is_root else node.start
        opening = _Node("chapeau", None, "chapeau", 0, begin, node.body_start, first.start)
        node.children.insert(0, opening)
    elif not is_root:
        # "2. (a) …" on one line: the number stands with its first point.
        first.start = node.start
    for child in node.children:
        _add_chapeaux(child, text)


def _announces(text: str, node: _Node) -> bool:
    words = text[node.start : node.end].strip()
    return words.endswith(":") or bool(re.search(r"\bfollowing\b[^.;]{0,60}[.:]$", words))


def _add_provisions(found: list[Provision], nodes: list[_Node], parent: str, text: str) -> None:
    times: Counter[str] = Counter()
    counted = 0
    for node in nodes:
        if node.kind == "paragraph":
            counted += 1
        number, step, label = _step(node, counted)
        eid = f"{parent}__{step}"
        times[eid] += 1
        if times[eid] > 1:
            eid = f"{eid}_{times[eid]}"
        end = node.end
        while end > node.start and text[end - 1].isspace():
            end -= 1
        found.append(
            Provision(
                eid,
                node.kind,
                node.number,
                number,
                node.name,
                node.start,
                end,
                parent,
                min(node.body_start, end),
                label,
            )
        )
        if node.children:
            _add_provisions(found, node.children, eid, text)


def _step(node: _Node, counted: int) -> tuple[str | None, str, str]:
    """The normalised number, the last part of the eId, and the label of one piece."""
    if node.kind == "chapeau":
        return (None, "closing", "closing words") if node.style == "closing" else (None, "chapeau", "chapeau")
    if node.name is not None:
        slug = re.sub(r"\W+", "-", node.name.lower()).strip("-")
        return None, f"def_{slug}", f"definition of “{node.name}”"
    if node.style == "dash":
        return None, f"point_{node.value}", f"indent {node.value}"
    if node.number is None:
        return None, f"para_{counted}", f"paragraph {counted}"
    number = str(node.value) if node.style in ("zd", "zp") else node.number.replace(" ", "").lower()
    if node.kind == "paragraph":
        return number, f"para_{number}", f"paragraph {node.number}"
    return number, f"point_{number}", f"({node.number})"
