"""Denunciation, withdrawal and termination in English, and the notice they ask for."""

from ingest.drafting.en_words import TEMPLATES
from ingest.drafting.record import Withdrawal, Words
from ingest.number_words import COUNTING

_words, _ranked = TEMPLATES.words, TEMPLATES.ranked

WITHDRAWAL = Withdrawal(
    act=_words(
        r"\b(?:denounce|withdraw from|terminate|retire from) |\bwithdraw (?=therefrom|by (?:means of "
        r"|giving )?(?:an? )?(?:written |formal )?noti(?:ce|fication))",
        *("enounce", "ithdraw", "erminate", "etire from"),
    ),
    noun=_words(
        r"\b(?:denunciation of|denouncing|withdrawal from|withdrawing from|termination of|terminating)\s+",
        *("iation of", "ncing", "awal from", "awing", "ation of", "inating"),
    ),
    notice=_words(r"\b(?:notice|notif|inform|communicat|announc|instrument|declar)"),
    free=_words(
        r"\b(?:may|can|(?:shall|will)\b[^.;]{0,60}? (?:have the right|be (?:free|at liberty|entitled)) to"
        r"|has the right to|is (?:free|entitled|at liberty) to|reserves? the right to)\b"
    ),
    pronoun=_words(r"(?:it\b|therefrom|(?=by\b))"),
    of_own=_ranked(
        (r"[^.;]{0,80}?\b(?:may|can)(?P<gap>[^.;]{0,200}?) be (?P<act>denounced|terminated)", 0, ("may", "can ")),
        (
            r"[^.;]{0,160}?\b(?:shall|will) (?P<act>terminate|cease to be in force|cease to have effect|expire)"
            r"[^.;]{0,240}?\bnotice",
            1,
            ("l terminate", "l cease", "l expire"),
        ),
        (
            r"[^;]{0,500}?\b(?:until|unless)\b[^.;]{0,80}?\b(?P<act>terminated|denounced) by <EITHER>",
            2,
            ("ntil", "nless"),
        ),
        (
            r"[^;]{0,500}?\bunless\b[^.;]{0,80}?\bnotice of (?P<act>termination|denunciation)\b[^.;]{0,60}?\bgiven",
            2,
            ("nless",),
        ),
    ),
    others=_ranked(
        (
            r"in case <EITHER>[^.;]{0,100}?\b(?:should|shall) (?P<act>denounce|terminate|withdraw from) <OWN>",
            0,
            ("n case",),
        ),
        (
            r"[^.;]{0,200}?\bmay\b(?P<gap>[^.;]{0,120}?)\b(?P<act>cease to be a party)"
            r"(?= (?:to (?:this|the present)|hereto|thereto|one|after|by|\d))",
            0,
            ("cease to be a",),
        ),
        (
            r"unless\b[^;]{0,120}?\bnotice of (?P<act>termination|denunciation)\b[^;]{0,80}?\bgiven by <EITHER>"
            r"[^;]{0,200}?,? <OWN> (?:shall|will) be (?:tacitly )?(?:extended|renewed|prolonged)",
            1,
            ("nless",),
        ),
    ),
    kinds=(("denoun", "denunciation"), ("denunc", "denunciation"), ("withdraw", "withdrawal"), ("", "termination")),
    together=_words(r"\b(?:mutual(?:ly)?|common|joint(?:ly)?|not)\b"),
    on_event=_words(r"(?:if|where|in the event|should|in case)\b"),
    in_part=_words(
        r"[\s,]*(?:in respect of|with respect to|on behalf of|as regards|with regard to|separately|for any territor"
        r"|for the territor|in relation to|by (?:mutual|common|joint)\b)"
    ),
    period=Words(
        rf"(?P<n>(?<!\d)\d{{1,3}}|{COUNTING['en'].pattern})(?:\s*\(\s*[\w-]{{1,20}}\s*\))?[\s-]*(?:(?:calendar"
        rf"|full|whole)\s+)?"
        r"(?P<unit>day|week|month|year)s?"
    ),
    periods=(
        (
            _words(
                r"(?:tak|hav|becom)\w* (?:effect|effective|place)\b[^.;]{0,40}?first day of the month (?:next )?"
                r"(?:following|after)<EXPIRY> $"
            ),
            None,
            "1st day of the month after {period}",
        ),
        (
            _words(r"(?:tak|hav|becom|be)\w* (?:effect|effective|place)\b[^.;\d]{0,60}$"),
            _words(r"(?:,[^.;]{0,160}?,)? (?:after|from|following|subsequent|later)"),
            "{period}",
        ),
        (
            _words(
                r"\b(?:(?:shall|will)(?: then)? (?:terminate|cease|expire|lapse|be terminated)|may"
                r" cease)\b[^.;\d]{0,80}$"
            ),
            _words(r" (?:after|from|following|later)"),
            "{period}",
        ),
        (None, _words(r"['’]?s?['’]?(?: (?:prior|previous|advance|written|formal))* notice"), "{period}"),
        (
            _words(r"\bnotice (?:in writing )?of (?:at least |not less than |a minimum of )?$"),
            _words(r"(?! (?:before|prior))"),
            "{period}",
        ),
        (None, _words(r" (?:in advance|beforehand)"), "{period}"),
        (
            None,
            _words(
                r" (?:prior to|before) (?:the )?(?:date of )?(?:its |the |such |any )?(?:intended )?"
                r"(?:withdrawal|denunciation|termination)"
            ),
            "{period}",
        ),
        (
            None,
            _words(
                r" (?:before|prior to) the (?:end|expiration|expiry) of (?:any|each|the|a|every|such|said|that)"
                r"(?: (?:given|current))? calendar year"
            ),
            "{period} before the end of a calendar year",
        ),
        (
            None,
            _words(
                r" (?:before|prior to)(?: the)?(?: date of)?(?: the)? (?:end|expiration|expiry) of (?:any|each|the|an?"
                r"|every|such|said|that|this|its)\b[^.;]{0,40}?(?:period|term|validity)\b"
            ),
            "{period} before the end of the period",
        ),
    ),
)
