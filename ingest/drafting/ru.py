"""Final clauses in Russian: signature, depositary, languages, and where entry into force and withdrawal stand.

What entry into force waits for is not told in a few words, nor the place of signature, which is declined.
"""

from ingest.drafting.record import Depositary, Drafting, Entry, Languages, Signing, Templates, Withdrawal

_PARTS = {
    "INSTRUMENT": r"(?:соглашени[еяюи]м?|договор(?:а|у|ом|е)?|конвенци[яиюей]{1,2}|протокол(?:а|у|ом|е)?"
    r"|устав(?:а|у|ом|е)?|пакт(?:а|у|ом|е)?|харти[яиюей]{1,2}|статут(?:а|у|ом|е)?)\b",
    "OWN": r"(?P<lead>настоящ(?:ее|ий|ая|его|ей|ему|ую|им|ем))\s+(?P<more>)(?P<own><INSTRUMENT>)",
}


_words = Templates(_PARTS).words

DRAFTING = Drafting(
    signing=Signing(
        done=_words(r"(?<![^\W\d_])(?-i:Совершен[оаы]?|СОВЕРШЕН[ОАЫ]?|Подписан[оаы]?)(?=\s+(?:в|во|г)\b)"),
        witness=("удостоверение чего", "УДОСТОВЕРЕНИЕ ЧЕГО", "Совершено", "СОВЕРШЕНО"),
    ),
    languages=Languages(
        names=(
            *((r"английск\w+", "en"), (r"французск\w+", "fr"), (r"испанск\w+", "es"), (r"русск\w+", "ru")),
            *((r"китайск\w+", "zh"), (r"арабск\w+", "ar"), (r"немецк\w+", "de"), (r"итальянск\w+", "it")),
            *((r"украинск\w+", "uk"), (r"белорусск\w+", "be"), (r"казахск\w+", "kk"), (r"армянск\w+", "hy")),
            *((r"грузинск\w+", "ka"), (r"узбекск\w+", "uz"), (r"корейск\w+", "ko"), (r"монгольск\w+", "mn")),
            *((r"персидск\w+", "fa"), (r"турецк\w+", "tr"), (r"польск\w+", "pl"), (r"португальск\w+", "pt")),
            *((r"вьетнамск\w+", "vi"), (r"японск\w+", "ja"), (r"сербск\w+", "sr"), (r"финск\w+", "fi")),
        ),
        joint=r"(?:\s*,\s*|\s+и\s+)(?:на\s+)?",
        nouns=_words(r"\s+(?:язык|текст)"),
        before=_words(r"(?!)"),
        more_before=_words(r"\b[а-яё]+(?:ском|цком)(?:\s*,\s*|\s+и\s+)$"),
        authentic=_words(r"аутентичн|одинаковую (?:юридическую )?силу|равную (?:юридическую )?силу"),
    ),
    stems={
        "entry_into_force": {"в силу": ()},
        "withdrawal": {"енонсиров": (), "ыйти из": (), "выход": (), "прекра": ()},
        "depositary": {"епозитари": ()},
        "authentic_languages": {"утентичн": (), "инаковую": (), "равную": ()},
    },
    own=_words("<OWN>"),
    selves=("настоящее {}", "настоящий {}", "настоящая {}", "настоящего {}", "настоящей {}", "Настоящее {}"),
    small=("соглашение", "договор", "конвенция", "протокол", "соглашения", "договора", "конвенции", "протокола"),
    lead=_words(r"(?:после|по|при условии|с даты)\b"),
    preposition=_words(r"\b(?:в|к|с|о|об|из|по|на|для|от)\s*$"),
    of=_words(r"\bтекст\w*\s+настоящ(?:его|ей)$"),
    chain=_words(r"(?:,? (?:подлежит|открыто?а?)\b[^;]{0,400}(?:\bи\b|,))?,? $"),
    entry=Entry(
        verb=_words(r"\bвступа(?:ет|ют) в силу\b|\bвступит в силу\b"),
        one_state_first=_words(r"(?:для|в отношении|что касается)\b"),
        for_one_state=_words(r"[^,]{0,40}?\b(?:для|в отношении) (?:каждо|любо|так|это)"),
    ),
    withdrawal=Withdrawal(
        act=_words(r"\bденонсировать |\bвыйти из |\bпрекратить действие "),
        free=_words(r"\b(?:может|могут|вправе|имеет право|имеют право)\b"),
        kinds=(("денонс", "denunciation"), ("выйти", "withdrawal"), ("", "termination")),
        together=_words(r"\bвзаимн|\bне\b"),
        in_part=_words(r"\s*(?:в отношении|от имени)"),
    ),
    depositary=Depositary(
        named=(
            (
                _words(
                    r"(?-i:Депозитари(?:ем|ями))\s+<OWN>[^.;]{0,80}?\b(?:является|являются|назначается|назначаются)"
                    r" (?P<name>[^.;]{3,120})"
                ),
                1,
            ),
            (
                _words(
                    r"^(?P<name>[^.;]{3,120}?)\s+(?:является|являются|назначается|назначаются|выступает в качестве"
                    r"|выполняет функции) депозитари(?:ем|ями|я) <OWN>"
                ),
                0,
            ),
        ),
        ends=_words(r",|\s(?:который|которая|которому)\b|[.;]|$"),
        no_name=_words(r"(?:депозитари|он\b|она\b)"),
    ),
)
