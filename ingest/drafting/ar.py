"""Final clauses in Arabic: signature, depositary, languages, and where entry into force and withdrawal stand."""

from ingest.drafting.record import Depositary, Drafting, Entry, Languages, Signing, Templates, Withdrawal

_PARTS = {
    # The vowel marks that a carefully printed text has.
    "V": "[\u064b-\u0652]*",
    "AR": "[\u0621-\u0652]",
    "OWN": r"(?P<lead>هذ[اه])\s+(?P<more>)(?P<own>الاتفاقية|الاتفاق|المعاهدة|البروتوكول|الميثاق|العهد|النظام الأساسي)",
}


_words = Templates(_PARTS).words

DRAFTING = Drafting(
    signing=Signing(
        done=_words(r"(?<!<AR>)(?:ح<V>ر<V>ر|و<V>ق<V>ع|أ<V>برم)<V>ت?<V>(?:\s+هذ[اه]\s+<AR>+)?(?=\s+(?:في|ب))"),
        place=_words(
            r"\sفي\s+(?:مدينة\s+)?(?P<place>(?!يوم|اليوم|هذا)<AR>{3,}(?:\s(?!في\s|يوم|بتاريخ|هذا|من\s)<AR>{2,})?)"
            r"(?=\s*[،,.]|\s+(?:في|يوم|بتاريخ|هذا)\s)"
        ),
        witness=("إثباتا", "وإشهادا", "حرر", "حُرر", "حررت"),
    ),
    languages=Languages(
        names=(
            *(("الإسبانية|الاسبانية", "es"), ("الإنكليزية|الإنجليزية|الانكليزية|الانجليزية", "en"), ("الروسية", "ru")),
            *(
                ("الصينية", "zh"),
                ("العربية", "ar"),
                ("الفرنسية", "fr"),
                ("الألمانية|الالمانية", "de"),
                ("الإيطالية", "it"),
            ),
            *(("البرتغالية", "pt"), ("الفارسية", "fa"), ("التركية", "tr"), ("العبرية", "he"), ("الأردية", "ur")),
        ),
        joint=r"\s*[،,]?\s+و?",
        nouns=_words("(?!)"),
        before=_words(r"(?:باللغات|باللغتين|باللغة|النصوص|نصوصه|نصوصها|بنصوصه|النسخ)\s+$"),
        more_after=_words(r"\s*[،,]?\s+وال<AR>+ية\s"),
        authentic=_words(r"حجي<V>ة|متساوية في ال(?:حجية|صحة)|متساوية ال(?:حجية|صحة)"),
    ),
    stems={
        "entry_into_force": {"نفاذ": ()},
        "withdrawal": {"نسح": (), "نقض": ()},
        "depositary": {"وديع": (), "لدى": ()},
        "authentic_languages": {"حجي": (), "متساوية": ()},
    },
    own=_words("<OWN>"),
    selves=("هذا {}", "هذه {}"),
    of=_words(r"(?:نصوص|نص|أصل)\s+هذ[اه]$"),
    entry=Entry(
        verb=_words("(?!)"),
        noun=_words(
            r"(?:<AR>+\s+){0,3}?(?:يبدأ\s+نفاذ|يدخل)\s+<OWN>(?=[^.؛]{0,40}(?:بعد|في اليوم|من تاريخ|حيز|اعتبار))"
        ),
        for_one_state=_words(r"\s*[،,]?\s*بالنسبة"),
        one_state_first=_words("بالنسبة"),
    ),
    withdrawal=Withdrawal(
        act=_words(r"(?:ال)?انسحاب<AR>*\s+من\s+|ينسحب\s+من\s+|نقض\s+"),
        free=_words(r"يجوز|يحق|لأي\s+طرف"),
        kinds=(("نسح", "withdrawal"), ("", "denunciation")),
        together=_words(r"لا\s+يجوز"),
    ),
    depositary=Depositary(
        named=(
            (
                _words(
                    r"(?:(?:يكون|تكون)\s+)+(?P<name>(?:<AR>+\s+){1,8}?)(?:هو\s+|هي\s+)?(?:(?:ال)?وديعة?\s+)+ل(?=هذ)"
                ),
                1,
            ),
        ),
        deposits=((_words(r"صكوك\s[^.؛]{0,120}?لدى\s+(?P<name>(?:<AR>+\s*){2,8})(?=[.،؛]|$)"), 2),),
        ends=_words(r"[.،؛]|$"),
        no_name=_words("الوديع"),
    ),
)
