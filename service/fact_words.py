"""The words with which people ask for the facts of a treaty, and those that may stand beside them."""

import re
from typing import Literal

from ingest.language_names import LANGUAGE_NAMES

# "original" is who keeps the original, "divisions" how many parts or chapters there are, "still_in_force" whether the
# treaty is in force now, "status" who has signed, ratified or joined it: what no treaty's text can tell.
FactAsked = Literal[
    "signed",
    "in_force",
    "still_in_force",
    "depositary",
    "original",
    "parties",
    "status",
    "articles",
    "annexes",
    "divisions",
    "authentic_languages",
    "prevailing_language",
    "duration",
    "withdrawal",
    "notice",
]

SMALL = frozenset(
    "a an the this that these its it their they he she i we you me us of to in on at by for from with within under "
    "is are was were be been being has have had do does did will would and or but also then so as than which what "
    "who whom whose when where since how many there here not exactly precisely actually please tell know say says "
    "officially formally originally first itself both ever already own full whole according name names question "
    "text itself s pray quick now".split()
)  # fmt: skip
_GAP = r"(?:(?!\b(?:when|where|who|whom|which|what|how)\b)[^?;])*?"
_WHEN = (
    r"\b(?:when|where|(?:what|which|whose) (?:exact |very )?(?:date|day|month|year|place|city|cities|town|capital))\b"
)
_PARTY = r"(?:parties|part(?:y|ies) to|states? part(?:y|ies)|contracting (?:parties|states)|signatories|members)"
_STATES = r"(?:states?|countr(?:y|ies)|nations?|governments?|powers|sides?)"
_SIGNED = r"(?:signed|sign|signing|concluded?|adopted|done|made|agreed|drawn up|drafted|written|opened for signature)"
_LEAVING = (
    "withdraw withdrawal withdrawals withdrawing withdraws withdrawn denounce denounces denounced denouncing "
    "denunciation terminate terminates terminated terminating termination leave leaves leaving quit quits quitting "
    "exit exits exiting cancel cancelled"
)
_LEAVE = rf"(?:{'|'.join(_LEAVING.split())}|(?:get|gets|getting|pull|step|way) out)"
_FORCE = (
    r"(?:(?:come|came|comes|coming|enter|entered|enters|entering|entry|go|went|goes|brought|put) in ?(?:to)?"
    r" (?:force|effect|operation)|(?:take|takes|took|taking) effect|in force|in effect|become effective)"
    r"(?! (?:for|with|as regards|in respect|between|in the)\b)"
)
_UNITS: dict[FactAsked, str] = {
    "articles": r"articles",
    "annexes": r"(?:annex(?:es)?|annexe?s|appendi(?:x|ces)|schedules?)",
    "divisions": r"(?:chapters|parts|sections|titles)",
}
_COUNTED = r"\b(?:how many|(?:the )?(?:number|count) of)(?: \w+){0,1}"

# In this order: what a pattern has matched no later one can ("how long is it in force" is no entry into force). Beside
# each pattern the words that a question for this fact may have besides.
_TABLE: tuple[tuple[FactAsked, str, str], ...] = (
    (
        "notice",
        rf"\b(?:period of notice|notice periods?)\b(?:[^?;]*?\b{_LEAVE}\b)?"
        rf"|\b(?:notice|how (?:long|much|soon|far|early|quickly)|in advance|beforehand|warning|within what|after what"
        rf"|effect|effective|after how)\b{_GAP}\b{_LEAVE}\b"
        rf"|\b{_LEAVE}\b(?:(?!\bin force\b)[^?;])*?\b(?:notice(?: takes? effect)?|how (?:long|much|soon|far|early)"
        r"|in advance|beforehand|effect|effective|how many)\b",
        "notice period periods long much soon far early quickly advance beforehand warning time what after before "
        "give given gives giving effect effective take takes taking become becomes state states party parties country "
        "member members either side one can may must should required requires required needed need wants wishes "
        "months days years length written necessary " + _LEAVING,
    ),
    (
        "duration",
        rf"\b(?:how long|for how long|until when|till when|for what (?:period|term|time))\b{_GAP}"
        rf"\b(?:(?:remain|stay|kept|be) in (?:force|effect)|(?<!been )in force|last|lasts"
        r"|run|runs|valid|concluded|made|remain|stay|apply|in effect|binding)\b"
        rf"|\b(?:duration|(?:un|in)(?:limited|definite)|period of validity|sunset)\b"
        rf"|\b(?:when|does|will|did|date)\b{_GAP}\b(?:expires?|expiry|run out|runs out|lapses?|ends?)\b"
        r"|\bexpiry date\b",
        "long until till when period term time force last lasts run runs valid validity remain remains stay stays kept "
        "keep apply applies effect binding duration unlimited limited indefinite definite indefinitely expire expires "
        "expiry lapse lapses end ends out date concluded made fixed initial any given clause",
    ),
    (
        "withdrawal",
        rf"\b{_LEAVE}\b",
        "state states party parties country countries member members contracting government can could may might "
        "possible possibility allowed permitted provided provide provides allow allows permit "
        "permits way any either one side at time out right option lawful lawfully legally one wants wish wishes "
        "get gets getting pull step " + _LEAVING,
    ),
    ("still_in_force", r"\bstill\b[^?;]*\bin (?:force|effect)\b|\bin force\b[^?;]*\b(?:still|today|now|currently)\b"
                       r"|\b(?:currently|today|now)\b[^?;]*\bin (?:force|effect)\b",
     "still force effect today now currently"),
    (
        "in_force",
        rf"(?:\bhow many\b{_GAP})?\b{_FORCE}|\b(?:since|from) (?:when|what date)\b"
        r"|\bentry-into-force\b|\beffective (?:date|since|from)\b|\bdate of effect\b",
        "force effect operation entry entry-into-force come came comes coming enter entered enters entering into go "
        "went goes take takes took taking brought put become effective yet date day year month time upon after since "
        "how many ratifications ratification instruments instrument deposited deposits accessions needed need needs "
        "required requires require necessary before it condition conditions long happen state states ratify "
        "countries parties must had order requirement requirements",
    ),
    (
        "depositary",
        r"\b(?:who|whom|which|where|name|what(?: is| are| state| country| government| body| authority"
        rf"| organi[sz]ation)|is there|have)\b{_GAP}\b(?:depositar(?:y|ies)|depository)\b"
        rf"|\b(?:whom|where|who|what (?:body|government|state)|which (?:\w+ )?(?:body|government|state|country"
        rf"|organi[sz]ation))\b(?:(?!\b(?:originals?|when|how)\b)[^?;])*?\b(?:deposit|deposited|lodged?|handed in)\b"
        rf"|^\W*(?:the )?depositar(?:y|ies)(?: of(?: \w+){{1,3}})?\W*$",
        "depositary depositaries depository government governments state states country body authority organisation "
        "organization institution acts act acting serves serve served any instrument instruments "
        "ratification ratifications accession acceptance approval deposit deposited lodge lodged handed must party "
        "parties",
    ),
    (
        "original",
        rf"\b(?:who|whom|where|which|what)\b{_GAP}\b(?:originals?(?! (?:languages?|texts?)\b)|archives?|custodian"
        r"|custody|(?:signed|master) cop(?:y|ies)|guardian)\b",
        "original originals archive archives custodian custody signed master copy copies keep keeps kept hold holds "
        "held store stored deposited deposit lodged looks look after preserve preserved preserves stays remain remains "
        "lie lies government country state city body organisation organization texts guardian",
    ),
    (
        "prevailing_language",
        r"\b(?:text|version|language|translation|which of them|which one)\b[^?;]{0,40}"
        r"\b(?:prevails?|prevailing|decisive|controls?|precedence|decides?|governs)\b"
        r"|\bprevailing (?:text|version|language)\b"
        r"|\bwhich prevails[^?;]*\b(?:texts|versions|languages)\b",
        "text version versions language languages translation one prevail prevails prevailing decisive control "
        "controls takes take precedence decides decide governs if case differ differs disagree difference differences "
        "divergence divergences conflict doubt interpretation texts any they between them",
    ),
    (
        "authentic_languages",
        r"\b(?:in|how many) (?:\w+ ){0,2}languages?\b|\b(?:authentic|authoritative|equally valid|equally binding)\b"
        r"|\b(?:which|what) languages\b|\blanguages? of\b|\blanguages? (?:is|are|was|were) (?:it|the|this|its)\b"
        r"|\b(?:official|original) (?:languages?|texts)\b",
        "language languages text texts version versions authentic authoritative equally valid binding official "
        "original drawn up drafted done made concluded written signed exist exists equal value authenticity one only "
        + " ".join(name.lower() for _, name in LANGUAGE_NAMES),
    ),
    (
        "status",
        rf"\b(?:how many|which|what|who|whether|has|have|had|did|is|are)\b{_GAP}\b(?:ratified|ratify|acceded|accede"
        rf"|joined|ratifications|signatories|signatures)\b|\b(?:when|why) (?:did|was|has)\b{_GAP}\b(?:ratif(?:y|ied)"
        rf"|join(?:ed)?|accede[d]?)\b|\b(?:how many|which|what) (?:\w+ )?{_STATES}\b{_GAP}\bsigned\b"
        rf"|\bhow many (?:{_STATES} )?(?:have |had |has )?(?:so far |already )?(?:signed)\b"
        rf"|^\W*(?:is|are|was) (?!(?:an?|any|the) (?:state|part|country)|there|it )(?:\w+ ){{1,4}}?(?:an? )?"
        rf"(?:state )?(?:party|parties|member|signatory) (?:to|of)\b",
        "states state countries country nations nation governments government powers parties party members member "
        "ratified ratify ratifications acceded accede accession joined signatories signatory signatures signed sign so "
        "far yet today currently date up until number total world other another anyone anybody",
    ),
    (
        "parties",
        rf"\b(?:who|which|what|name|list|how many|number of|between whom)\b{_GAP}\b{_PARTY}\b"
        rf"|\bwho (?:\w+ )?{_SIGNED}\b|\bby whom\b{_GAP}\b{_SIGNED}\b|\b(?:between|among) (?:which|what|whom|who)\b"
        rf"|\bwho is it between\b|\bwhich (?:two |three )?{_STATES}\b{_GAP}\b(?:{_SIGNED}|bound)\b",
        "parties party contracting high signatories states state countries country nations governments government "
        "powers sides members between among two three number list signed sign concluded conclude made agreed adopted "
        "drawn up join",
    ),
    *(
        (
            unit,
            rf"{_COUNTED} {words}\b|\b(?:has|have|is there|are there|contain|contains|come with)\b (?:\w+ ){{0,6}}?"
            rf"(?:any |an? )?{words}\b" if unit != "articles" else rf"{_COUNTED} {words}\b",
            "number count articles annex annexe annexes appendix appendices schedule schedules "
            "chapters parts sections titles contain contains consist consists comprise comprises include includes "
            "divided up any attached annexed altogether total comes come with long into made",
        )
        for unit, words in _UNITS.items()
    ),
    (
        "signed",
        rf"{_WHEN}(?: and (?:when|where))?{_GAP}\b{_SIGNED}\b|\b{_SIGNED}\b[^?;]{{0,40}}?,? (?:and )?(?:when|where)\W*$"
        rf"|\b(?:dates?|place|day|year) (?:and (?:place|date) )?of (?:\w+ )?(?:signature|signing|adoption|conclusion)\b"
        rf"|\b(?:signature|signing|adoption) (?:date|place)\b|\bhow old\b|\b(?:what|which) year is\b|\bwhen is\b{_GAP}"
        r"\bfrom\b|\bsign(?:ed|ing) (?:when|where)\b",
        "date dates day month year place city cities town capital country signed sign signing signature signatures "
        "concluded conclude conclusion adopted adoption done made agreed drawn up drafted written opened open old "
        "from other two states parties countries",
    ),
)  # fmt: skip
# The kinds with what asks for them, and the words that a question for each may have besides.
ASKED: tuple[tuple[FactAsked, re.Pattern[str], frozenset[str]], ...] = tuple(
    (kind, re.compile(pattern), frozenset(words.split())) for kind, pattern, words in _TABLE
)
