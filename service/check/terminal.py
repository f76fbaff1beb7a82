"""A report on a terminal: each claim with its verdict, the treaty's own words beside the text's, then the sum.

Without colours what matters in a comparison stands in marks, [-dropped-] and {+added+}; what harms nothing is then as
the text has it.
"""

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from service.check.models import Checked, Piece, Referred, Report
from service.check.wording import (
    SIDES,
    SIGNS,
    WORDS,
    Side,
    differs,
    is_telling,
    line_of,
    name_of,
    side_of,
    spaced,
    untold,
)
from service.models import Citation

PIPED_WIDTH = 100
WIDEST = 110
# A provision is quoted up to so many words; the page and the JSON have all of it.
MOST_WORDS = 90
_COLOURS: dict[Side, str] = {"right": "green", "wrong": "red", "open": "yellow"}
_STATUS = {
    "held": "held",
    "not_held": "not held",
    "no_such_provision": "no such provision",
    "unclear": "which one cannot be told",
}


def check_console() -> Console:
    """Stdout as it is; 100 columns wide and without colours where it is no terminal."""
    console = Console(markup=False, highlight=False, emoji=False)
    console.width = min(console.width, WIDEST) if console.is_terminal else PIPED_WIDTH
    return console


def print_check(report: Report, console: Console) -> None:
    """The report for a person."""
    for checked in report.claims:
        _print_claim(checked, report.text, console)
    if report.references:
        console.print(Text("Only mentioned", style="bold"))
        for referred in report.references:
            console.print(Padding(_reference(referred, report.text), (0, 0, 0, 2)))
        console.print()
    console.print(_summary(report))


def shown(text: str) -> str:
    """Text from outside on one line, without characters that a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _print_claim(checked: Checked, text: str, console: Console) -> None:
    claim, side = checked.claim, side_of(checked.verdict)
    colour = _COLOURS[side]
    console.print(
        Text.assemble(
            (f"{SIGNS[side]} {checked.number}  {WORDS[checked.verdict]}", f"bold {colour}"),
            (
                f"  line {line_of(text, claim.statement.start)} · {claim.form} · confidence {checked.confidence:.2f}",
                "dim",
            ),
        )
    )
    lines: list[Text] = [Text(shown(claim.statement.text)), Text(f"→ {shown(name_of(claim.attributed))}", "bold")]
    if claim.attributed.why:
        lines[-1].append(f"  ({shown(claim.attributed.why)})", "dim not bold")
    lines.append(Text(shown(checked.explanation)))
    if missing := untold(checked.missing, checked.explanation):
        lines.append(Text.assemble(("lacking: ", colour), "; ".join(map(shown, missing))))
    for line in lines:
        console.print(Padding(line, (0, 0, 0, 4)))
    if differs(checked):
        marks = console.no_color or not console.is_terminal
        console.print(Padding(comparison(checked.pieces, text, marks=marks), (0, 4)))
        reasons = untold((piece.reason for piece in checked.pieces if is_telling(piece)), checked.explanation)
        for reason in reasons:
            console.print(Padding(Text.assemble(("! ", colour), shown(reason)), (0, 6)))
    cited = [("", checked.provision)] if checked.provision else []
    for before, citation in [*cited, *(("instead in ", one) for one in checked.elsewhere)]:
        console.print(Padding(_quotation(before, citation), (0, 0, 0, 6)))
    console.print()


def comparison(pieces: Iterable[Piece], text: str, *, marks: bool) -> Text:
    """The treaty's words with those of the text; with ``marks`` instead of colours."""
    line = Text()
    for gap, piece in spaced(pieces, text):
        held, claimed = shown(piece.held), shown(piece.claimed)
        gap = " " if gap.isspace() else shown(gap) + (" " if gap[-1:].isspace() else "")
        if piece.op == "same" or (marks and not is_telling(piece)):
            line.append(gap + claimed if claimed else "")
            continue
        line.append(gap)
        if held:
            line.append(f"[-{held}-]" if marks else held, _style(piece, "strike red"))
        if claimed:
            line.append(" " if held and not marks else "")
            line.append(f"{{+{claimed}+}}" if marks else claimed, _style(piece, "underline green"))
    return line


def _style(piece: Piece, style: str) -> str:
    return f"bold {style}" if is_telling(piece) else f"dim {style}"


def _quotation(before: str, citation: Citation) -> Text:
    words = shown(citation.quote).split()
    quote = " ".join(words[:MOST_WORDS]) + (" …" if len(words) > MOST_WORDS else "")
    status = "" if citation.text_status == "authentic" else f" ({citation.text_status})"
    return Text.assemble((f"{before}{shown(citation.citation)}{status}: ", "dim"), (f"“{quote}”", "italic"))


def _reference(referred: Referred, text: str) -> Text:
    line = Text(f"line {line_of(text, referred.stretch.start)}: {shown(referred.stretch.text)}")
    held = f"{_STATUS[referred.status]}" + (f", {shown(referred.citation.citation)}" if referred.citation else "")
    return line.append(f" ({held})", "dim")


def _summary(report: Report) -> Text:
    against = f"{report.treaties:,} {'treaty' if report.treaties == 1 else 'treaties'}"
    words = f"{len(report.text.split()):,} words"
    if not report.claims:
        return Text(f"Nothing in these {words} attributes words or content to a treaty; {against} held.")
    count = f"{len(report.claims)} {'claim' if len(report.claims) == 1 else 'claims'}"
    line = Text(f"{count} in {words}, {against} held: ", "bold")
    by_side = {
        side: [
            f"{n} {WORDS[verdict]}" if n > 1 else WORDS[verdict]
            for verdict, n in report.counts().items()
            if side_of(verdict) == side
        ]
        for side in SIDES
    }
    told = {side: sum(side_of(one.verdict) == side for one in report.claims) for side in SIDES}
    for place, side in enumerate(side for side in SIDES if told[side]):
        line.append("; " if place else "")
        line.append(f"{SIGNS[side]} {told[side]} {side}", _COLOURS[side])
        line.append(f" ({', '.join(by_side[side])})", "dim")
    return line
