"""Final clauses in French."""

from ingest.drafting.record import Depositary, Drafting, Entry, Languages, Signing, Templates, Withdrawal, Words
from ingest.number_words import COUNTING

_PARTS = {
    "INSTRUMENT": r"(?:traité|convention|accord|protocole|charte|pacte|statut|acte|arrangement|mémorandum d['’]accord"
    r"|mémorandum|constitution|concordat)(?![\w-])",
    "OWN": r"(?P<lead>(?:(?:le|la|du|au)\s+)?présente?|cette|cet|ce|le|la|l['’]|du|au)\s*"
    r"(?P<more>(?:(?-i:[A-ZÀ-Þ][\w’'-]*|de|et|sur|d['’])\s*){0,3}?)(?P<own><INSTRUMENT>)",
    "NUMBER": r"[\w-]+(?:\s+(?:et\s+)?[\w-]+){0,3}?",
    "PERIOD": r"(?P<n><NUMBER>)(?: \( \d{1,3} \))?\s*(?P<unit>jour|semaine|mois|an)(?:s|née|nées)?\b",
    "THE": r"(?:(?:du|de la|des|de|la|le|les)\b|(?:de )?l['’])?",
    "DATED": r"(?: (?:la|le)\b)?(?: (?:date|jour)\b)?(?: (?:de la\b|de l['’]|du\b|de\b|à laquelle\b|où\b))?"
    r"(?: (?:la|le)\b)?(?: réception (?:de la|des|du)\b)?",
    "FROM": r"(?:après|suivant|qui suit|qui suivra|à compter|à partir)(?: (?:de|du))?",
    "UNLIMITED": r"(?:(?:pour )?(?:une (?:durée|période) )?(?:illimitée?|indéterminée?|indéfinie)\b|indéfiniment"
    r"|sans limit(?:e|ation)(?: (?:de|dans le) (?:durée|temps))?)",
    "LANGUAGE": "anglais|français|espagnol|russe|chinois|arabe|allemand|italien|portugais|néerlandais",
    "MONTHS": "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
}


_TEMPLATES = Templates(_PARTS)
_words, _read, _ranked = _TEMPLATES.words, _TEMPLATES.readings, _TEMPLATES.ranked

_SIGNING = Signing(
    done=_words(
        r"(?<![^\W\d_])(?:(?-i:Fait|FAIT|Signé|SIGNÉ)(?=[\s,]+(?:à|en|le|au|a)\b)|ouverte? à la signature(?=[\s,]+(?:à"
        r"|le)\b))"
    ),
    place=_words(
        r"\bà\s+(?P<place>(?-i:(?:La|Le|Les|la)\s+)?(?-i:[A-ZÀ-Þ])[\w.'’-]*(?:(?:\s+|,\s*|\s+et\s+(?:à\s+)?)"
        r"(?:(?:de|du|la|le|sur)\s+){0,2}(?-i:[A-ZÀ-Þ])[\w.'’-]*){0,8})"
    ),
    no_place=_words(r"article|annexe"),
    after_place=_words(r"[,\s]+(?:le|ce|en)\b"),
    witness=("n foi de quoi", "N FOI DE QUOI", "Fait à", "FAIT à", "FAIT À", "Fait en", "FAIT en"),
)

_AUTHENTIC = Languages(
    names=(
        *((r"anglaise?s?", "en"), (r"français(?:es?)?", "fr"), (r"espagnole?s?", "es"), (r"russes?", "ru")),
        *((r"chinois(?:es?)?", "zh"), (r"arabes?", "ar"), (r"allemande?s?", "de"), (r"italien(?:ne)?s?", "it")),
        *((r"portugais(?:es?)?", "pt"), (r"néerlandais(?:es?)?", "nl"), (r"danois(?:es?)?", "da")),
        *(
            (r"suédois(?:es?)?", "sv"),
            (r"norvégien(?:ne)?s?", "no"),
            (r"finnois(?:es?)?", "fi"),
            (r"grecque|grec", "el"),
        ),
        *((r"turc|turque", "tr"), (r"polonais(?:es?)?", "pl"), (r"tchèques?", "cs"), (r"slovaques?", "sk")),
        *((r"slovènes?", "sl"), (r"croates?", "hr"), (r"serbes?", "sr"), (r"albanais(?:es?)?", "sq")),
        *((r"bulgares?", "bg"), (r"roumaine?s?", "ro"), (r"hongrois(?:es?)?", "hu"), (r"ukrainien(?:ne)?s?", "uk")),
        *((r"persane?s?", "fa"), (r"hébreu|hébraïque", "he"), (r"japonais(?:es?)?", "ja"), (r"coréen(?:ne)?s?", "ko")),
        *((r"vietnamien(?:ne)?s?", "vi"), (r"khmère?s?", "km"), (r"malgaches?", "mg"), (r"latine?s?", "la")),
    ),
    joint=r"(?:\s*,\s*(?:et\s+)?|\s+et\s+)(?:en\s+)?(?:langues?\s+)?",
    nouns=_words(r"(?!)"),
    before=_words(r"\b(?:textes?|versions?|langues?|originaux|exemplaires?|en)(?: (?:en|de langue))?\s+$"),
    more_after=_words(r"(?:,|\s+et)\s+(?:en\s+)?[a-zà-ÿ]+\s+(?:font|faisant|du|de la)\b"),
    authentic=_words(r"\bf(?:ont|aisant|era|eront|ait|aire)(?: (?:également|pareillement))? foi\b|\bauthentiques?\b"),
    drawn_up=_words(r",? (?:est|sera|a été) (?:signée?|établie?|rédigée?|faite?|conclue?)\b"),
    prevailing=_words(
        r"\b(?:diverge|différen|contestation|doute"
        r"|désaccord)\w*\b.{0,240}?\ble\s+texte\s+(?:en\s+)?(?P<language>[\w-]+)[^.;]{0,40}?\b(?:prévau|prévaudra"
        r"|fera foi|l['’]emporte|primera)"
    ),
)

_ENTRY = Entry(
    passing=_words(r"\b(?:notifi|inform|échang)"),
    verb=_words(r"\b(?:entre(?:ra|nt|ront)? en vigueur|prend(?:ra)? effet|est entrée? en vigueur)\b"),
    noun=_words(r"l['’]entrée en vigueur (?:de|du|de la) <OWN> (?:a|aura) lieu\b"),
    for_one_state=_words(
        r"[^,]{0,60}?\b(?:pour|à l['’]égard (?:de|du)|en ce qui concerne|à son égard)(?: (?:cha(?:que|cun|cune)|tout"
        r"|toute|cet|cette|ce|celui|un|une|ledit|ladite|lui)\b|(?=,|\.| le\b))"
    ),
    one_state_first=_words(
        r"(?:pour|à l['’]égard|en ce qui concerne|par la suite|si|lorsqu|s['’]agissant|dans le cas)\b"
    ),
    aside=_words(r" entre (?:les parties|eux|elles)\b"),
    goes_on=_words(r",? (?:et|mais) (?:(?:il|elle) )?(?:reste|demeure|cesse|sera|produi)"),
    conditions=_words(
        r"\b(?:à condition|pourvu|y compris|dont|à moins|mais|sous réserve|représentant|si|sauf|au moins|seulement"
        r"|comprenant|étant entendu)\b"
    ),
    whens=_read(
        (r",? le (?P<nth><NUMBER>) jour <FROM><DATED>", "{nth} day after"),
        (
            r",? le premier jour du (?P<nth><NUMBER>) mois <FROM><DATED>",
            "1st day of the {nth} month after",
        ),
        (
            r",? le premier jour du mois (?:suivant|qui suit|qui suivra) l['’]expiration d['’]un(?:e)? (?:période"
            r"|délai) de <PERIOD> <FROM><DATED>",
            "1st day of the month {period} after",
        ),
        (
            r",? (?:(?:à l['’]expiration )?d['’]un(?:e)? (?:période|délai) de )?<PERIOD> <FROM><DATED>",
            "{period} after",
        ),
        (r",? (?:dès|à compter|à partir|à|au moment|le|lors|après)\b<DATED>", "on"),
    ),
    events=_read(
        (
            r"(?: le)? dépôt(?: (?:auprès|entre)[^.;]{0,160}?)? (?:du|de leur|de son) (?P<nth><NUMBER>) instrument\b",
            "the {nth} instrument",
        ),
        (
            r"(?: le)? dépôt(?: (?:auprès|entre)[^.;]{0,160}?)? de (?P<count><NUMBER>) instruments\b",
            "the {count} instrument",
        ),
        (r" (?:sa |la )?(?:dernière|seconde) signature\b", "the last signature"),
        (r" (?:sa |la |leur )?signature\b(?! sans)", "signature"),
        (r" (?:l['’])?échange (?:des|de leurs) instruments", "the exchange of instruments"),
        (
            r" (?:la )?(?:dernière|seconde)(?: en date des| de ces(?: deux)?)? (?:notification|note)s?\b",
            "the last notification",
        ),
    ),
)

_WITHDRAWAL = Withdrawal(
    act=_words(
        r"\b(?:dénoncer|se retirer (?:de(?! la)|(?=du)|de(?= la))|mettre fin (?:à(?! la)|(?=au)|à(?= la))|résilier) "
    ),
    noun=_words(r"\b(?:dénonciation|retrait|extinction) (?:de(?! la)|de(?= la)|(?=du)) "),
    notice=_words(r"\b(?:notifi|préavis|avis|inform|communi|instrument|déclar)"),
    free=_words(r"\b(?:peut|pourra|peuvent|pourront|a le droit de|aura le droit de|aura la faculté de|est libre de)\b"),
    pronoun=_words(r"(?!)"),
    of_own=_ranked(
        (r"[^.;]{0,80}?\b(?:peut|pourra)(?P<gap>[^.;]{0,160}?) être (?P<act>dénoncé|résilié)", 0, ("être",))
    ),
    kinds=(("dénon", "denunciation"), ("retir", "withdrawal"), ("retrait", "withdrawal"), ("", "termination")),
    together=_words(r"\b(?:mutuel|commun|conjoint|pas|réciproque)"),
    in_part=_words(r"[\s,]*(?:en ce qui concerne|à l['’]égard|au nom|séparément|pour (?:tout|le) territoire)"),
    period=Words(
        rf"(?P<n>(?<!\d)\d{{1,3}}|{COUNTING['fr'].pattern})(?:\s*\(\s*\d{{1,3}}\s*\))?\s*(?P<unit>jour"
        rf"|semaine|mois|an)"
        r"(?:s|née|nées)?\b"
    ),
    periods=(
        (
            _words(
                r"(?:prend|prendra|produi\w+)(?: ses)? effets?\b[^.;]{0,40}?premier jour du mois (?:suivant|qui suit"
                r"|qui suivra) l['’]expiration d['’]une? (?:période|délai) de $"
            ),
            None,
            "1st day of the month after {period}",
        ),
        (
            _words(r"(?:prend|prendra|produi\w+)(?: ses)? effets?\b[^.;\d]{0,60}$"),
            _words(r" (?:après|à compter|à partir|suivant|plus tard)"),
            "{period}",
        ),
        (_words(r"\bpréavis(?: écrit)? (?:d['’](?:au moins )?|de )$"), None, "{period}"),
        (None, _words(r" (?:à l['’]avance|auparavant)\b"), "{period}"),
    ),
)

_DEPOSITARY = Depositary(
    named=_ranked(
        (
            r"^(?:[\w\s-]{0,60}?\s(?=(?-i:Le|La|Les|L['’])\b))?(?P<name>[^.;]{3,200}?),? (?:est|sont|sera"
            r"|seront)(?: désignée?s?)?(?: (?:comme|en qualité de))?(?: (?:le|la|les))?"
            r" dépositaires?(?: (?:de(?! la)|de(?= la)|(?=du)) <OWN>|(?=[.,;]|$))",
            0,
            ("épositaire",),
        ),
        (
            r"déposée?s? (?:auprès|dans les archives) <THE> (?P<name>[^.;]{3,300}?),? (?:qui (?:est|sera"
            r"|sont)(?: désignée?s?)?|désignée?s?)(?: (?:ici|par les présentes))?(?: comme)?(?: (?:le|la"
            r"|les))? dépositaires?\b",
            1,
            ("épositaire",),
        ),
    ),
    deposits=_ranked(
        (
            r"\b(?:instruments?|ratifications?|acceptations?|approbations?|adhésions?)\b(?P<of>[^.;]{0,160}?)"
            r"\b(?:dépos\w+|dépôt\b[^.;]{0,80}?) (?:auprès|dans les archives) <THE> (?P<name>[^;]{3,300})",
            2,
            ("auprès", "archives"),
        ),
        (
            r"^(?:l['’]original de )?<OWN>[^;]{0,400}? déposée? (?:auprès|dans les archives) <THE>"
            r" (?P<name>[^;]{3,300})",
            3,
            ("auprès", "archives"),
        ),
    ),
    ends=_words(
        r",?\s(?:qui|lequel|laquelle|dont|où|afin|aux\sfins|au\splus|dans\sles|à\sla|avant|après"
        r"|en\s(?=[a-z]))|[,.;:]|$"
    ),
    article=_words(r"(?:(?:du|le) ou de la|le ou la|ou de la|le|la|les)\s+|l['’]"),
    no_name=_words(r"(?:dépositaire|dudit|ladite|ledit|ce\b|cette|celui|chaque|l['’]autre|parties)"),
    of_others=_words(r"\b(?:amendements?|modifications?|déclarations?|annexe)\b"),
)

DRAFTING = Drafting(
    signing=_SIGNING,
    languages=_AUTHENTIC,
    stems={
        "entry_into_force": {"vigueur": ("ntre en", "ntrera en", "ntrée en"), "effet": ("rend", "rendra")},
        "duration": {"urée": (), "vigueur": ("eure en", "eurera en", "este en", "estera en"), "imitation": ()},
        "withdrawal": {"énonc": (), "etirer": (), "etrait": (), "ettre fin": (), "ésili": ()},
        "notice": dict.fromkeys(("énonc", "etrait", "préavis", "ésili", "effet"), ()),
        "depositary": {"épos": (), "épôt": ()},
        "authentic_languages": {"foi": (), "uthentiq": (), "langue": ()},
        "prevailing_language": {"texte": ()},
    },
    own=_words("<OWN>"),
    selves=("présent {}", "présente {}"),
    articles=("le", "la", "l'", "l’", "du", "au"),
    small=("traité", "convention", "accord", "protocole", "charte", "pacte"),
    it=_words(r"(?:il|elle|celui-ci|celle-ci)\b"),
    lead=_words(
        r"(?:dès|après|sous réserve|lorsque|une fois|conformément|sans préjudice|par dérogation|nonobstant"
        r"|à la date|à compter|à partir|au)\b"
    ),
    joint=_words(r"(?:,|\bet) $"),
    preposition=_words(r"\b(?:de|à|dans|sous|avec|par|pour|sur|dans|entre|contre|en|après|selon)\s*$"),
    of=_words(r"\b(?:du|de\s+la|de)\s*(?:présente?)?$|\bde\s+(?:ce|cet|cette|l['’])$"),
    also=_words(r"(?:,? (?:y compris|ainsi que|et son|et ses)\b[^.;]{0,120}?,?(?= (?:entre|prend|est|sera)))?"),
    chain=_words(r"(?:,? (?:est|sera|doit|a|peut)\b[^;]{0,400}(?:\b(?:et|mais|il|elle)\b|,)(?: (?:il|elle))?)?,? $"),
    units=(("jour", "day"), ("semaine", "week"), ("mois", "month"), ("an", "year")),
    entry=_ENTRY,
    lasting=_words(
        r"\b(?:est|sera|a|aura|demeure|demeurera|reste|restera)\b(?: (?:conclue?|valable|valide|en vigueur))*,? "
    ),
    durations=_read(
        ("<UNLIMITED>", "unlimited"),
        (r"(?:pour|pendant|d['’])? (?:une )?(?:(?:période|durée)(?: initiale)? de )?<PERIOD>", "{period}"),
        (r"jusqu['’]à ce (?:qu['’]|que )[^.;]{0,80}?\b(?:dénoncée?|y mette fin)", "until terminated"),
    ),
    withdrawal=_WITHDRAWAL,
    depositary=_DEPOSITARY,
    put_in=_words(
        r"\b(?:remplacée?s?|modifiée?s?|insérée?s?|ajoutée?s?|lit|libellée?s?)\b[^.:]{0,80}\b(?:suivant\w*"
        r"|suit)\b[^.:]{0,60}:",
        *("suivant", "suit"),
    ),
)
