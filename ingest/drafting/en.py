"""Final clauses in English."""

from ingest.drafting.en_withdrawal import WITHDRAWAL
from ingest.drafting.en_words import AUTHENTIC, SIGNING, TEMPLATES
from ingest.drafting.record import Depositary, Drafting, Entry
from ingest.number_words import COUNTING

_words, _read, _ranked = TEMPLATES.words, TEMPLATES.readings, TEMPLATES.ranked

_ENTRY = Entry(
    # "The Parties shall notify each other …, and this Agreement shall enter into force"; "with respect to the first
    # five countries which …, this Agreement shall enter into force".
    passing=_words(r"\b(?:notif|inform|exchang|(?:to|for) the first\b)", "noti", "nform", "xchang", "the first"),
    verb=_words(
        r"(?:<SHALL> (?:(?:enter|come|go|be put|be brought) in(?:to)? (?:force|effect|operation)|take effect"
        r"|become (?:effective|operative)|be effective|be in force(?= (?:as )?(?:from|on|upon|when|after)))"
        r"|(?:enters|comes|goes) into (?:force|effect|operation)|takes effect|becomes effective)"
    ),
    noun=_words(
        r"the (?:date of (?:the )?)?(?:entry|coming) into force of <OWN> (?:shall|will) (?:be|take place|occur)\b"
    ),
    for_one_state=_words(
        r"[^,]{0,60}?\b(?:for|in respect of|with respect to|with regard to|as regards|as to|in relation to) "
        r"(?:each|any|every|such|that|an?|another|it|the (?:acceding|said|other|new|state|member))\b"
    ),
    one_state_first=_words(
        r"(?:for|in respect|with respect to(?! the first)|as regards|with regard|thereafter|in the case|if|where|unless"
        r"|should|in relation)\b"
    ),
    aside=_words(
        r" (?:(?:between|among|as between) (?:them|the (?:contracting )?parties|the states concerned)"
        r"|(?:for|in respect of|as between|between|among) those states\b)"
    ),
    goes_on=_words(
        r",? (?:and|but) (?:(?:it|its provisions|the provisions thereof) )?(?:shall|will)"
        r"(?: (?:then|thereafter|thereupon))? (?:remain|continue|cease|be|apply|have)\b"
    ),
    conditions=_words(
        r"\b(?:provided|including|includes?|unless|but|subject to(?! (?:ratif|accept|approv|sign))|representing"
        r"|accounting|whichever|if|except|at least|only|so long as|either with(?:out)?|or\b[^.;]{0,40}?\b(?:days?"
        r"|months?|years?|date))\b"
    ),
    whens=_read(
        (r"(?: for the first time)?,? on the (?P<nth><NUMBER>) day <FROM><DATED>", "{nth} day after"),
        (
            r",? on the first day of the (?P<nth><NUMBER>) (?:calendar )?month <FROM><DATED>",
            "1st day of the {nth} month after",
        ),
        (
            r",? on the first day of the (?:calendar )?month (?:next )?(?:after|following)<EXPIRY> <PERIOD>"
            r" <FROM><DATED>",
            "1st day of the month {period} after",
        ),
        (
            r",? on the first day of the (?:calendar )?month (?:next )?(?:after|following)<DATED>",
            "1st day of the month after",
        ),
        (r",? (?:(?:upon|on|at|after|within)\b)?<EXPIRY> <PERIOD> <FROM><DATED>", "{period} after"),
        (
            r",? (?:immediately )?(?:upon|on|as from|as of|from|with effect from|after|following|when|as soon"
            r" as)\b<DATED>",
            "on",
        ),
    ),
    events=_read(
        (
            r" deposit(?:,? (?:with|by|in)[^.;]{0,200}?,?)? of the (?P<nth><NUMBER>) (?:such )?(?:instrument"
            r"|ratification)",
            "the {nth} instrument",
            "eposit",
        ),
        (
            r" (?P<nth><NUMBER>) (?:such )?instrument(?!s)[^.;,]{0,160}? (?:has been|is|was|shall have been) deposited",
            "the {nth} instrument",
            "eposit",
        ),
        (
            r" <COUNT> instruments? of[^.;]{0,160}? (?:have|has|shall have) been deposited",
            "the {count} instrument",
            "eposit",
        ),
        (
            r" deposit(?: (?:with|by)[^.;]{0,160}?)? of <COUNT> (?:such )?(?:instruments|ratifications)\b",
            "the {count} instrument",
            "eposit",
        ),
        (r" ratifications of <COUNT> members have been registered", "the {count} ratification", "registered"),
        (
            r" <COUNT> (?:[\w-]+\s+){0,3}?(?:states|governments"
            r"|members)(?: of (?:the )?[\w\s]{3,40}?)? (?:shall )?have (?:expressed their consent to be bound"
            r"|established their consent to be bound|become parties)",
            "the {count} consent to be bound",
            "consent",
            "ecome",
        ),
        (
            r" <COUNT> (?:[\w-]+\s+){0,3}?(?:states"
            r"|governments)(?: of (?:the )?[\w\s]{3,40}?)? (?:shall )?have deposited(?: their)?(?: respective)? "
            r"instruments",
            "the {count} instrument",
            "eposit",
        ),
        (r" (?:its |the )?(?:last|latter|later|second) (?:signature|signing)\b", "the last signature", "sign"),
        (
            r" (?:its |the )?(?:signature|signing)\b(?! (?:without|by <NUMBER> (?:states|governments|members)))",
            "signature",
            "sign",
        ),
        (r" exchange of (?:the )?(?:instruments|ratifications)", "the exchange of instruments", "xchange"),
        (
            r" (?:the )?instruments of ratification (?:are|have been|shall have been) exchanged",
            "the exchange of instruments",
            "xchange",
        ),
        (
            r"(?: (?:the )?completion of)?(?: an?)?(?: the)? exchange of (?:diplomatic )?(?:notes|letters)",
            "the exchange of notes",
            "xchange",
        ),
        (
            r" (?:last|latter|later|second|final)(?: of (?:the|these|those|both|such)(?: two)?)?"
            r"(?: (?:written|diplomatic|such))? (?:notification|note|communication)s?\b",
            "the last notification",
            "noti",
            "note",
            "communication",
        ),
        (
            r" (?:last|latter|later)(?: of the)? dates? on which (?:the )?(?:respective )?(?:contracting )?"
            r"(?:parties|governments|states) have (?:notified|informed) each other",
            "the last notification",
            "noti",
            "note",
            "communication",
        ),
        (
            r" (?:both )?(?:contracting )?(?:parties|governments|states)(?: hereto)? (?:shall )?have (?:both )?"
            r"(?:notified|informed) each other",
            "the notifications",
            "each other",
        ),
    ),
)

_DEPOSITARY = Depositary(
    named=_ranked(
        (
            r"^(?:[\w\s-]{0,60}?\s(?=(?-i:The)\s))?(?P<name>[^.;]{3,200}?),? (?:shall|will|is|are)(?: hereby)?(?: (?:be"
            r"|act|serve|perform|assume|function))?(?: hereby)?(?: (?:designated"
            r"|appointed))?(?: as)?(?: the functions? of)?(?: the)? deposit[ao]r(?:y|ies)(?: (?:governments?"
            r"|state))?(?: (?:of|for|to) <OWN>| hereof|(?=[.,;:]|$| and shall))",
            0,
            ("epositar", "epositor"),
        ),
        (
            r"^the (?:functions of (?:the )?)?depositary (?:of|for) <OWN> (?:shall|will|is)(?: be)?"
            r"(?: (?:performed|assumed|exercised) by)? (?P<name>[^.;]{3,200})",
            1,
            ("epositar", "epositor"),
        ),
        (
            r"deposited (?:with|in the archives of) (?P<name>[^.;]{3,300}?),? (?:which|who)?(?: (?:shall|is|are"
            r"|will))?(?: hereby)?(?: (?:be|act))?(?: hereby)?(?: (?:designated|appointed"
            r"|acting))?(?: as)?(?: the)? deposit[ao]r(?:y|ies)\b",
            1,
            ("epositar", "epositor"),
        ),
    ),
    deposits=_ranked(
        (
            r"\b(?:instruments?|ratifications?|acceptances?|approvals?|accessions?"
            r"|signatures?)\b(?P<of>[^.;]{0,160}?)(?:(?:shall|will|must|are to"
            r"|is to)\b[^.;]{0,160}? deposit(?:ed)?\b[^.;]{0,100}?"
            r"|(?<=ratification) deposited(?: as soon as possible)?) (?:with|in the archives of) (?P<name>[^;]{3,300})",
            2,
            ("with", "rchives"),
        ),
        (
            r"^(?:the originals?(?: texts?)? of )?<OWN>[^;]{0,400}? deposited (?:with|in the archives of)"
            r" (?P<name>[^;]{3,300})",
            3,
            ("with", "rchives"),
        ),
        (
            r"\b(?:been deposited with|deposit with|(?:instrument|instruments) of(?P<of>[^.;]{0,80}?) with)"
            r" (?P<name>[^;]{3,300})",
            4,
            ("with", "rchives"),
        ),
    ),
    ends=_words(
        r",?\s(?:which|who|whom|where|whereupon|hereinafter|thereby|shall|hereby|or\sboth|until|when)\b"
        r"|,?\s(?:with|within|in|at|by|upon|to|pursuant|under|after|before|as|not|no|together)\s(?=(?-i:[a-z\d]))"
        r"|,?\s(?:for|on|and)\s(?=(?-i:(?!the\s[A-Z])[a-z\d]))|\sof\s(?:an?|its|such|their)\s"
        rf"|\sof\sthe\s(?={COUNTING['en'].pattern})|[.;:(]"
        r"|,(?!\s(?-i:[A-Z])\w+\sand\s(?-i:[A-Z]))|$"
    ),
    lists=_words(r"(?:the )?Governments of(?P<all>.*?)(?=,?\s(?:which|who|hereby|shall|in|at|for)\b|[.;:(]|$)"),
    article=_words(r"the\s+"),
    no_name=_words(
        r"(?:the )?(?:deposit[ao]r|said|same|that\b|this\b|latter|its?\b|him\b|them\b|each\b|other|such|any\b"
        r"|parties|contracting|archives)"
    ),
    of_others=_words(r"\b(?:amendments?|modifications?|declarations?|annex)\b"),
)

# "Entry into force" stands in every second article; only with its verb it makes a clause.
_INTO = ("nter into", "nters into", "ome into", "omes into", "put into", "ught into", "go into", "nter in", "be in")
_LASTING = ("main in", "mains in", "tinue in", "tinues in", "be in", "is in", "stay in")

DRAFTING = Drafting(
    signing=SIGNING,
    languages=AUTHENTIC,
    stems={
        "entry_into_force": {"force": _INTO, "effect": ("ake", "akes", "into", "ecome", "ecomes", "be")},
        "duration": {
            "force": _LASTING,
            "effect": _LASTING,
            "definite": (),
            "nlimited": (),
            "uration of": (),
            "ncluded for": (),
            "valid": ("be",),
        },
        "withdrawal": {"enounc": (), "enunciat": (), "ithdraw": (), "erminat": ("t", "T")},
        "notice": dict.fromkeys(("notice", "enunciat", "ithdraw", "erminat", "cease", "notification"), ()),
        "depositary": {"eposit": ()},
        "authentic_languages": {"uthentic": (), "equal": (), "language": ()},
        "prevailing_language": {"shall": (), "will": ()},
    },
    own=_words("<OWN>"),
    selves=("this {}", "This {}", "present {}"),
    articles=("the",),
    small=("treaty", "convention", "agreement", "protocol"),
    joint=_words(r"(?:,|\band) $"),
    it=_words(r"(?:it|the same)\b"),
    lead=_words(
        r"(?:upon|on|as soon as|when|once|after|subject to|following|provided|without prejudice|in accordance|pursuant"
        r"|by way of (?:exception|derogation)|by derogation|in derogation|except|unless otherwise|at the"
        r"|notwithstanding|with respect to the first)\b"
    ),
    preposition=_words(r"\b(?:of|to|in|under|with|by|from|for|on|upon|at|between|against|into|than|per|after)\s*$"),
    of=_words(r"\bof\s*(?:this|the\s*present|the)$"),
    also=_words(
        r"(?:,? (?:including|together with|with its|and its|and the|as well as)\b[^.;]{0,120}?,?(?= (?:shall|will)\b))?"
    ),
    # "This Agreement shall be ratified and (it) shall …"; "as soon as this Treaty has been signed, it shall …"
    chain=_words(
        r"(?:,? (?:shall|will|is|are|has|have|may)\b[^;]{0,400}(?:\b(?:and|but)\b|,"
        r"|(?<!until\s)(?<!before\s)(?<!after\s)(?<!when\s)(?<!once\s)(?<!if\s)\bit\b)(?: it)?)?,? $"
    ),
    units=(("day", "day"), ("week", "week"), ("month", "month"), ("year", "year")),
    entry=_ENTRY,
    lasting=_words(
        r"\b(?:(?:shall|will|is intended to|is to)(?: (?:thereafter|initially|then))? )?(?:be|is|remain|remains"
        r"|continue|continues|has|have|stay)\b(?: to be)?(?: (?:made|concluded|valid|effective|binding"
        r"|in (?:full )?(?:force|effect|operation|existence)(?: and effect)?))*(?: (?:thereafter|initially))?,? "
    ),
    durations=_read(
        ("<UNLIMITED>", "unlimited"),
        (
            r"(?:for|during) (?:(?:an?|the) )?(?:(?:initial|first|minimum) )?(?:(?:period|term|duration) of )?<PERIOD>",
            "{period}",
        ),
        (r"(?:until|unless|unless and until)(?: it (?:is|has been))? (?:terminated|denounced)", "until terminated"),
        (r"until (?:the )?(?P<date>[\w\s,]{6,60})", "until {date}"),
    ),
    named_durations=_read(
        (
            r"the (?:duration|term|period of validity) of <OWN> (?:shall|will|is)(?: be)?(?: for)?(?: of)?"
            r" (?:<UNLIMITED>|unlimited|indefinite)",
            "unlimited",
        ),
        (
            r"the (?:duration|term|period of validity) of <OWN> (?:shall|will|is)(?: be)?(?: for)?(?: of)? <PERIOD>",
            "{period}",
        ),
    ),
    withdrawal=WITHDRAWAL,
    depositary=_DEPOSITARY,
    # "Article 5 shall be replaced by the following: …"
    put_in=_words(
        r"\b(?:replaced|amended|inserted|added|read|substituted)\b[^.:]{0,80}\bfollow(?:s|ing)\b[^.:]{0,60}:"
        r"|\bfollowing\b[^.:]{0,60}\b(?:inserted|added|substituted)\b[^.:]{0,60}:",
        *("eplaced", "s follows", "nserted", "e added", "ubstituted"),
    ),
)
