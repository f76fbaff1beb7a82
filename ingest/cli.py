"""``pacta parse``, ``ingest``, ``treaties``, ``show`` and ``index``, from the command line."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import DocumentError, PactaError, UnknownProvision, UnknownTreaty
from ingest.formats import FORMATS_TOLD
from ingest.models import ParsedTreaty, Provision
from ingest.settings import Settings

if TYPE_CHECKING:
    from ingest.build import IngestReport
    from ingest.index import Index

DONE, IN_PART, CANNOT_RUN = 0, 1, 3
NOTHING_INDEXED = "Nothing was indexed; what was published before is unchanged."
Subparsers = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_ingest_parsers(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the commands of ingestion; their arguments carry the function to run as ``run``."""
    parse = subparsers.add_parser(
        "parse",
        help="show how a document is split, without any index",
        description="Split one document into its provisions and print them.",
        epilog="example:  pacta parse treaty.pdf --json",
    )
    parse.add_argument("file", type=Path, help=f"a treaty ({FORMATS_TOLD} are read)")
    parse.add_argument("--json", action="store_true", help="print {treaty, provisions, text} as JSON")
    _add_ocr_options(parse)
    parse.set_defaults(run=run_parse)

    ingest = subparsers.add_parser(
        "ingest",
        help="index treaties",
        description="Read documents, split them into articles and publish an index of them and of all that "
        "was held before. A folder or ZIP archive with a corpus.yaml gives what that lists, one without all documents "
        "in it. Only what has changed is "
        "embedded again; what was published before serves until the new index has been checked. "
        "A document can be named by its http(s) address, or by catalogue:ID for a treaty whose official text "
        "the catalogue knows (pacta treaties --catalogue lists them); what is fetched is kept in PACTA_HOME.",
        epilog="example:  pacta ingest treaty.pdf more-treaties.zip catalogue:npt",
    )
    ingest.add_argument("paths", nargs="+", metavar="PATH",
                        help="file, folder, ZIP archive, corpus.yaml, https address, or catalogue:ID")  # fmt: skip
    ingest.add_argument("--json", action="store_true", help="print the report as JSON")
    _add_ocr_options(ingest)
    ingest.set_defaults(run=run_ingest)

    treaties = subparsers.add_parser("treaties", help="list the treaties held")
    treaties.add_argument("--catalogue", action="store_true", help="list the well-known treaties of the catalogue")
    treaties.add_argument("--json", action="store_true", help="print the list as JSON")
    treaties.set_defaults(run=run_treaties)

    show = subparsers.add_parser(
        "show",
        help="print a treaty or one of its provisions",
        description="Print the facts of a treaty and its provisions, or the words of one.",
        epilog="example:  pacta show un-charter art_51",
    )
    show.add_argument("treaty", help="a treaty's id, as pacta treaties lists it")
    show.add_argument("eid", nargs="?", help="a provision, such as art_4 or annex_1__art_3")
    show.add_argument("--json", action="store_true", help="print as JSON")
    show.set_defaults(run=run_show)

    index = subparsers.add_parser("index", help="look after the index")
    actions = index.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, what in (
        ("status", "say what is published"),
        ("verify", "check the published index part by part"),
        ("rollback", "publish the generation before the current one"),
    ):
        action = actions.add_parser(name, help=what, description=what.capitalize() + ".")
        action.add_argument("--json", action="store_true", help="print as JSON")
        action.set_defaults(run=run_index)


def _add_ocr_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--ocr", action="store_true", help="have ocrmypdf read PDFs that have no text layer")
    parser.add_argument("--ocr-language", metavar="LANGUAGE", help="of the print, for --ocr: en, fr, eng+fra …")


def run_parse(args: argparse.Namespace) -> int:
    """Print how one document is split."""
    from ingest.manifest import Entry

    if args.ocr:
        from ingest.ocr import OcrSettings, parse_all_with_ocr, tesseract_codes

        languages = tesseract_codes(args.ocr_language) if args.ocr_language else ()
        ocr = OcrSettings(Settings().home, languages, on_ocr=_tell_of_ocr)
        ((_, outcome),) = parse_all_with_ocr([Entry(args.file)], ocr)
    else:
        from ingest.workers import parse_all

        ((_, outcome),) = parse_all([Entry(args.file)])
    if isinstance(outcome, DocumentError):
        raise outcome
    if args.json:
        print(json.dumps(outcome.to_json(), ensure_ascii=False))
    else:
        _print_title(outcome)
        _print_tree(outcome)
    return DONE


def run_ingest(args: argparse.Namespace) -> int:
    """Index documents and print a table of them."""
    from ingest.build import ingest
    from ingest.manifest import find_entries
    from ingest.progress import TerminalProgress

    settings = _ingest_settings(args)
    with TerminalProgress() as progress:
        report = ingest(find_entries(args.paths), settings, progress)
    if args.json:
        print(json.dumps(report_json(report), ensure_ascii=False))
    else:
        _print_report(report)
    for note in report.notes:
        print(f"note: {note}", file=sys.stderr)
    for failure in report.failures:
        print(f"left out: {failure}", file=sys.stderr)
    if not report.indexed:
        print(NOTHING_INDEXED, file=sys.stderr)
    return exit_code(report)


def exit_code(report: "IngestReport") -> int:
    """What an ingestion ends with: whether all, part or none of the documents were indexed."""
    if not report.indexed:
        return CANNOT_RUN
    return IN_PART if report.failures else DONE


def _ingest_settings(args: argparse.Namespace) -> Settings:
    if not args.ocr:
        return Settings()
    from ingest.ocr import tesseract_codes

    return Settings(ocr=True, ocr_languages=tesseract_codes(args.ocr_language) if args.ocr_language else ())


def _tell_of_ocr(name: str) -> None:
    print(f"{name}: being read by OCR; that may take minutes.", file=sys.stderr)


def run_treaties(args: argparse.Namespace) -> int:
    """List the treaties held, or those of the catalogue."""
    from ingest.index import current_manifest

    if args.catalogue:
        return _list_catalogue(args.json)
    summaries = current_manifest(Settings().home).treaties
    if args.json:
        print(json.dumps([_summary_json(s) for s in summaries], ensure_ascii=False))
        return DONE
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("id", "title", "articles", "text"):
        table.add_column(name, justify="right" if name == "articles" else "left", overflow="fold")
    for s in summaries:
        table.add_row(s.id, escape(s.title), str(s.body_articles), escape(s.text_status))
    _console().print(table)
    return DONE


def _list_catalogue(as_json: bool) -> int:
    """What the catalogue knows, which of it is held, and which can be fetched."""
    from ingest.catalogue import load_catalogue
    from ingest.errors import IndexMissing
    from ingest.index import current_manifest

    catalogue = load_catalogue()
    try:
        summaries = current_manifest(Settings().home).treaties
    except IndexMissing:
        summaries = ()
    known = {s.id: catalogue.entry_for(s.id, s.title) for s in summaries}
    held = {entry.id: treaty_id for treaty_id, entry in known.items() if entry}
    if as_json:
        records = [
            {"id": e.id, "title": e.title, "aliases": list(e.aliases), "signed": e.signed, "in_force": e.in_force,
             "address": e.address, "held_as": held.get(e.id)}
            for e in catalogue.entries
        ]  # fmt: skip
        print(json.dumps(records, ensure_ascii=False))
        return DONE
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("id", "title", "signed", "text"):
        table.add_column(name, overflow="fold")
    for e in catalogue.entries:
        text = "held" if e.id in held else "can be fetched" if e.address else "no address"
        table.add_row(e.id, escape(e.title), (e.signed or "")[:4], text)
    _console().print(table)
    fetched = sum(1 for e in catalogue.entries if e.address)
    print(f"\n{len(catalogue.entries)} treaties are known, {len(held)} of them held; {fetched} have an address.")
    print("Add one with: pacta ingest catalogue:ID")
    return DONE


def run_show(args: argparse.Namespace) -> int:
    """Print a treaty or a provision."""
    index = _open()
    try:
        parsed = find_treaty(index, args.treaty)
        if args.eid is None:
            if args.json:
                print(json.dumps(parsed.to_json(), ensure_ascii=False))
            else:
                _print_title(parsed)
                _print_facts(parsed)
                _print_tree(parsed)
            return DONE
        provision = find_provision(parsed, args.eid)
        if args.json:
            record = {**_provision_json(provision), "text": parsed.text_of(provision)}
            print(json.dumps({**record, **_references_json(index, parsed, provision)}, ensure_ascii=False))
        else:
            print(f"{parsed.treaty.title}, {parsed.full_label(provision)}\n")
            print(parsed.text_of(provision))
            _print_references(index, parsed, provision)
        return DONE
    finally:
        index.close()


def run_index(args: argparse.Namespace) -> int:
    """Status, verification and rollback of the index."""
    from ingest.build import roll_back, verify
    from ingest.chroma_server import where_vectors_are
    from ingest.index import current_generation, current_manifest

    home = Settings().home
    if args.action == "rollback":
        generation = roll_back(home)
        print(json.dumps({"generation": generation}) if args.json else f"Published again: {generation}")
        return DONE
    manifest = current_manifest(home)
    facts: dict[str, Any] = {
        "generation": current_generation(home),
        "created": manifest.created,
        "treaties": len(manifest.treaties),
        "passages": manifest.passages,
        "model": manifest.model_id,
        "recall@10": round(manifest.recall, 4),
        "vectors": where_vectors_are(home / "generations" / manifest.generation / "chroma"),
    }
    if args.action == "verify":
        facts["recall@10"] = round(verify(home / "generations" / manifest.generation), 4)
        facts["verified"] = True
    if args.json:
        print(json.dumps(facts))
    else:
        for name, value in facts.items():
            print(f"{name:12} {value}")
    return DONE


def find_treaty(index: "Index", treaty_id: str) -> ParsedTreaty:
    """A treaty held; raises UnknownTreaty with what could have been meant."""
    if treaty_id in index.treaties:
        return index.treaties[treaty_id]
    near = [i for i in index.treaties if treaty_id.lower() in i or i in treaty_id.lower()][:4]
    hint = f" Did you mean {', '.join(near)}?" if near else ""
    raise UnknownTreaty(f"No treaty with the id {treaty_id!r} is held.{hint} The ids are listed by: pacta treaties")


def find_provision(parsed: ParsedTreaty, eid: str) -> Provision:
    """A provision of a treaty; raises UnknownProvision with how they are named there."""
    if eid in parsed.by_eid:
        return parsed.by_eid[eid]
    articles = [a.eid for a in parsed.articles]
    there = f"{articles[0]} … {articles[-1]}" if articles else "none"
    raise UnknownProvision(
        f"{parsed.treaty.id} has no provision {eid!r}. Its {len(articles)} articles are {there}; "
        f"all provisions are listed by: pacta show {parsed.treaty.id}"
    )


def _open() -> "Index":
    from ingest.index import open_index

    return open_index(Settings().home)


def _console() -> Any:
    from rich.console import Console

    class Printer(Console):
        def on_broken_pipe(self) -> None:
            # rich calls this while it handles BrokenPipeError, and would end the process; pacta.py takes it.
            raise

    return Printer(soft_wrap=False)


def _print_title(parsed: ParsedTreaty) -> None:
    treaty = parsed.treaty
    print(f"{treaty.title}\n{treaty.id} · {treaty.language} · {treaty.text_status} · {treaty.source.format}\n")


def _print_tree(parsed: ParsedTreaty) -> None:
    for provision in parsed.provisions:
        depth = sum(1 for _ in parsed.ancestors(provision))
        # An annex may hold half of the text: its first words are looked for at its beginning only.
        words = " ".join(parsed.treaty.text[provision.start : min(provision.end, provision.start + 240)].split())[:60]
        name = f"{provision.label} {provision.heading}" if provision.heading else provision.label
        shown = name if provision.kind in ("article", "annex", "protocol", "part", "chapter", "section") else words
        print(f"{'  ' * depth}{provision.eid:{max(4, 36 - 2 * depth)}}  {shown[:80]}")
    for oddity in parsed.oddities:
        print(f"odd: {oddity}")


def _print_facts(parsed: ParsedTreaty) -> None:
    """What is known of a treaty, then what its own text tells, each with the provision it stands in."""
    from ingest.facts_told import NAMES, given_facts, tell

    lines = [f"  {name:18}{value}" for name, value in given_facts(parsed)]
    if lines:
        print("known of it", *lines, "", sep="\n")
    lines = [f"  {NAMES[f.kind]:18}{tell(f)} [{parsed.place_of(f)}]" for f in parsed.facts_from_text]
    if lines:
        print("from its own text", *lines, "", sep="\n")


def _references_json(index: "Index", parsed: ParsedTreaty, provision: Provision) -> dict[str, Any]:
    from ingest.reference_graph import reference_record

    graph, place = index.references, (parsed.treaty.id, provision.eid)
    return {
        "refers_to": [reference_record(edge, index.treaties) for edge in graph.refers_to(*place)],
        "referred_by": [reference_record(edge, index.treaties) for edge in graph.referred_by(*place)],
    }


def _print_references(index: "Index", parsed: ParsedTreaty, provision: Provision) -> None:
    """What a provision refers to and what refers to it, a line each."""
    record = _references_json(index, parsed, provision)
    lines = [f"  “{r['text']}”: {_target_line(r)}" for r in record["refers_to"]]
    if lines:
        print("\nrefers to", *dict.fromkeys(lines), sep="\n")
    lines = [f"  {r['treaty_id']} {r['eid']}: “{r['text']}”" for r in record["referred_by"]]
    if lines:
        print("\nreferred to by", *dict.fromkeys(lines), sep="\n")


def _target_line(record: dict[str, Any]) -> str:
    found = " ".join([record["target"] or record["known"] or "", *record["eids"]]).strip()
    if record["lacking"]:
        return f"{found} (not there: {', '.join(record['lacking'])})".strip()
    return f"{found} (not held)" if record["status"] == "known" else found or "left open"


def _print_report(report: "IngestReport") -> None:
    from rich.table import Table

    if report.indexed:
        table = Table(box=None, header_style="bold", pad_edge=False)
        table.add_column("treaty", overflow="fold")
        for name in ("articles", "passages", "seconds"):
            table.add_column(name, justify="right")
        table.add_column("anything odd", overflow="fold")
        for done in report.indexed:
            s = done.summary
            inner = s.articles - s.body_articles
            articles = f"{s.body_articles}+{inner}" if inner else str(s.body_articles)
            table.add_row(s.id, articles, str(s.passages), f"{done.seconds:.2f}", "; ".join(s.oddities))
        _console().print(table)
        # The build contains embedding and verifying, which are reported beside it.
        total = report.seconds["read"] + report.seconds.get("build", 0.0)
        noun = "treaty" if len(report.indexed) == 1 else "treaties"
        print(
            f"\n{len(report.indexed)} {noun} indexed in {total:.1f} s; {report.passages} passages are held, "
            f"{report.embedded} of them embedded now."
        )
        if report.questions:
            print(f"{report.questions} known questions lead to their articles.")
        print(f"Nothing has changed since {report.generation}." if report.unchanged
              else f"Published as {report.generation}.")  # fmt: skip


def report_json(report: "IngestReport") -> dict[str, Any]:
    """What ``pacta ingest --json`` prints of an ingestion."""
    return {
        "generation": report.generation,
        "treaties": [{**_summary_json(done.summary), "seconds": round(done.seconds, 3)} for done in report.indexed],
        "failures": report.failures,
        "notes": report.notes,
        "passages": report.passages,
        "embedded": report.embedded,
        "known_questions": report.questions,
        "unchanged": report.unchanged,
        "seconds": {step: round(s, 3) for step, s in report.seconds.items()},
    }


def _summary_json(summary: Any) -> dict[str, Any]:
    return {
        "id": summary.id,
        "title": summary.title,
        "aliases": list(summary.aliases),
        "language": summary.language,
        "text_status": summary.text_status,
        "articles": summary.body_articles,
        "articles_with_annexes": summary.articles,
        "passages": summary.passages,
        "oddities": list(summary.oddities),
        "source": {"uri": summary.uri, "sha256": summary.sha256},
    }


def _provision_json(provision: Provision) -> dict[str, Any]:
    return {
        "eid": provision.eid,
        "kind": provision.kind,
        "number": provision.number,
        "heading": provision.heading,
        "start": provision.start,
        "end": provision.end,
        "parent": provision.parent,
        "label": provision.label,
    }


__all__ = [
    "CANNOT_RUN",
    "DONE",
    "IN_PART",
    "NOTHING_INDEXED",
    "PactaError",
    "add_ingest_parsers",
    "exit_code",
    "find_provision",
    "find_treaty",
    "report_json",
]
