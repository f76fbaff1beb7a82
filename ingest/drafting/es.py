"""Final clauses in Spanish."""

from ingest.drafting.record import Depositary, Drafting, Entry, Languages, Signing, Templates, Withdrawal, Words
from ingest.number_words import COUNTING

_PARTS = {
    "INSTRUMENT": r"(?:tratado|convención|convenio|acuerdo|protocolo|carta|pacto|estatuto|acta|arreglo|constitución"
    r"|memorando de entendimiento|memorando)(?![\w-])",
    "OWN": r"(?P<lead>(?:(?:el|la|del|al)\s+)?presente|este|esta|el|la|del|al)\s+(?P<more>(?:(?-i:[A-ZÀ-Þ][\w’'-]*|de|y"
    r"|sobre)\s+){0,3}?)(?P<own><INSTRUMENT>)",
    "NUMBER": r"[\w-]+(?:\s+(?:y\s+)?[\w-]+){0,3}?",
    "PERIOD": r"(?P<n><NUMBER>)(?: \( \d{1,3} \))?\s*(?P<unit>día|semana|mes|año)(?:e?s)?\b",
    "DATED": r"(?: (?:a|de)\b)?(?: la\b)?(?: fecha\b)?(?: (?:de la|del|de|en que|a)\b)?(?: (?:la|el)\b)?"
    r"(?: recepción de la\b)?",
    "FROM": r"(?:siguiente|después|a partir|contados? (?:desde|a partir)|a contar)",
    "UNLIMITED": r"(?:(?:(?:por|de) )?(?:(?:una?|duración|plazo|período|vigencia|tiempo) )*"
    r"(?:indefinid[oa]|ilimitad[oa])\b|indefinidamente|sin (?:límite|limitación) de (?:tiempo|duración))",
}


_TEMPLATES = Templates(_PARTS)
_words, _read, _ranked = _TEMPLATES.words, _TEMPLATES.readings, _TEMPLATES.ranked

_SIGNING = Signing(
    done=_words(
        r"(?<![^\W\d_])(?:(?-i:Hecho|HECHO|Hecha|HECHA|Firmado|FIRMADO|Dado|DADO)(?=[\s,]+(?:en|el|a|al|por)\b)"
        r"|abiert[oa] a la firma(?=[\s,]+(?:en|el)\b))"
    ),
    place=_words(
        r"\ben\s+(?:(?:la )?(?:ciudad|villa) de )?(?P<place>(?-i:(?:La|El|Las|Los)\s+)?(?-i:[A-ZÀ-Þ])[\w.'’-]*"
        r"(?:(?:\s+|,\s*|\s+y\s+)(?:(?:de|del|la|las|los|el)\s+){0,2}(?-i:[A-ZÀ-Þ])[\w.'’-]*){0,8})"
    ),
    no_place=_words(r"artículo|anexo"),
    after_place=_words(r"[,\s]+(?:el|a|al)\b"),
    witness=("n fe de lo cual", "N FE DE LO CUAL", "n testimonio de lo cual", "Hecho en", "HECHO en", "HECHO EN"),
)

_AUTHENTIC = Languages(
    names=(
        *((r"inglés|inglesa", "en"), (r"francés|francesa", "fr"), (r"español|española|castellan[oa]", "es")),
        *((r"rus[oa]", "ru"), (r"chin[oa]", "zh"), (r"árabe", "ar"), (r"alemán|alemana", "de"), (r"italian[oa]", "it")),
        *((r"portugués|portuguesa", "pt"), (r"neerlandés|neerlandesa|holandés", "nl"), (r"danés|danesa", "da")),
        *(
            (r"suec[oa]", "sv"),
            (r"norueg[oa]", "no"),
            (r"finlandés|finés", "fi"),
            (r"grieg[oa]", "el"),
            (r"turc[oa]", "tr"),
        ),
        *((r"polac[oa]", "pl"), (r"chec[oa]", "cs"), (r"eslovac[oa]", "sk"), (r"eslovenio|eslovena", "sl")),
        *((r"croata", "hr"), (r"serbi[oa]", "sr"), (r"búlgar[oa]", "bg"), (r"ruman[oa]", "ro"), (r"húngar[oa]", "hu")),
        *((r"ucranian[oa]", "uk"), (r"persa", "fa"), (r"hebreo|hebrea", "he"), (r"japonés|japonesa", "ja")),
        *(
            (r"corean[oa]", "ko"),
            (r"vietnamita", "vi"),
            (r"catalán|catalana", "ca"),
            (r"guaraní", "gn"),
            (r"quechua", "qu"),
        ),
    ),
    joint=r"(?:\s*,\s*(?:y\s+|e\s+)?|\s+[ye]\s+)(?:en\s+)?",
    nouns=_words(r"(?!)"),
    before=_words(r"\b(?:textos?|versiones|idiomas?|lenguas?|ejemplares|en)(?: en)?\s+$"),
    more_after=_words(r"(?:,|\s+[ye])\s+(?:en\s+)?[a-zà-ÿ]+\s+(?:son|serán|siendo|del|de la)\b"),
    authentic=_words(r"\bauténtic[oa]s?\b|\bha(?:cen|rán|ciendo)(?: igualmente)? fe\b|\bigualmente válid"),
    drawn_up=_words(
        r",? (?:se (?:firma|redacta|extiende|hace)|está redactad[oa]|será firmad[oa]|ha sido redactad[oa])\b"
    ),
    prevailing=_words(
        r"\b(?:diverge|diferen|discrepan|duda|desacuerdo|contradicc)\w*\b.{0,240}?\b(?:el\s+texto"
        r"|la\s+versión)\s+(?:en\s+)?(?P<language>[\w-]+)[^.;]{0,40}?\b(?:prevalece|hará fe|predomin)"
    ),
)

_ENTRY = Entry(
    passing=_words(r"\b(?:notific|inform|comuni|canj|intercambi)"),
    verb=_words(r"\b(?:entra(?:rá|n|rán)? en (?:vigor|vigencia)|surt(?:e|irá) efectos?)\b"),
    noun=_words(r"la entrada en vigor (?:de )?<OWN> (?:será|tendrá lugar)\b"),
    for_one_state=_words(
        r"[^,]{0,60}?\b(?:para|respecto (?:de|a)|con respecto a|en relación con|en cuanto a)(?: (?:cada|todo|toda|ese"
        r"|dicho|dicha|un|una|el nuevo|el estado|esa|tal)\b)"
    ),
    one_state_first=_words(
        r"(?:para|respecto|con respecto|en relación|en lo sucesivo|posteriormente|si|cuando se|en caso)\b"
    ),
    aside=_words(r" entre (?:las partes|ell[oa]s)\b"),
    goes_on=_words(r",? (?:y|pero) (?:permanecerá|seguirá|tendrá|continuará|cesará|será|se )"),
    conditions=_words(
        r"\b(?:siempre que|a condición|incluid[oa]s?|entre l[oa]s cuales|a menos|pero|con sujeción|represent\w+|si"
        r"|salvo|por lo menos|al menos|únicamente|sólo|solo)\b"
    ),
    whens=_read(
        (r",? el (?P<nth><NUMBER>) día <FROM><DATED>", "{nth} day after"),
        (
            r",? el (?:primer día|día primero) del (?P<nth><NUMBER>) mes <FROM><DATED>",
            "1st day of the {nth} month after",
        ),
        (r",? (?:(?:a los|al cabo de|transcurridos?|en el plazo de) )?<PERIOD> <FROM><DATED>", "{period} after"),
        (r",? (?:a partir|en|desde|al|el|tras|después)\b<DATED>", "on"),
    ),
    events=_read(
        (
            r"(?: el)? depósito(?: (?:en poder|ante)[^.;]{0,160}?)? del (?P<nth><NUMBER>) instrumento\b",
            "the {nth} instrument",
        ),
        (r" (?:se )?haya (?:sido )?depositado el (?P<nth><NUMBER>) instrumento\b", "the {nth} instrument"),
        (
            r"(?: el)? depósito(?: (?:en poder|ante)[^.;]{0,160}?)? de (?P<count><NUMBER>) instrumentos\b",
            "the {count} instrument",
        ),
        (r" (?:su |la )?última firma\b", "the last signature"),
        (r" (?:su |la )?firma\b(?! sin)", "signature"),
        (r" (?:el )?(?:canje|intercambio) de (?:los )?instrumentos", "the exchange of instruments"),
        (r" (?:el )?(?:canje|intercambio) de notas", "the exchange of notes"),
        (
            r" (?:la )?(?:última|segunda)(?: de (?:estas|dichas|las))? (?:notificacion|notificación|nota|comunicación)",
            "the last notification",
        ),
    ),
)

_WITHDRAWAL = Withdrawal(
    act=_words(
        r"\b(?:denunciar|retirarse (?:de(?! la)|de(?= la)|(?=del))|(?:dar por terminad[oa]|poner fin|poner término)"
        r"(?: a(?= la| este| esta)|(?= al)|(?= el| la| este| esta))|terminar) "
    ),
    noun=_words(r"\b(?:denuncia|retiro|terminación|retirada) (?:de(?= la| este| esta)|(?=del)) "),
    notice=_words(r"\b(?:notific|aviso|preaviso|comunic|inform|instrumento|declar)"),
    free=_words(
        r"\b(?:podrá|puede|podrán|pueden|tendrá(?:n)? (?:el )?derecho (?:a|de)|tiene(?:n)? derecho (?:a|de))\b"
    ),
    of_own=_ranked(
        (r"[^.;]{0,80}?\b(?:podrá|puede)(?P<gap>[^.;]{0,160}?) ser (?P<act>denunciad|terminad)", 0, ("ser ",))
    ),
    kinds=(("denunci", "denunciation"), ("retir", "withdrawal"), ("", "termination")),
    together=_words(r"\b(?:mutuo|común|conjunt|no)\b"),
    in_part=_words(
        r"[\s,]*(?:respecto (?:de|a)|con respecto|en nombre|separadamente|para (?:cualquier|el) territorio)"
    ),
    period=Words(
        rf"(?P<n>(?<!\d)\d{{1,3}}|{COUNTING['es'].pattern})(?:\s*\(\s*\d{{1,3}}\s*\))?\s*(?P<unit>día|semana"
        rf"|mes|año)(?:e?s)?\b"
    ),
    periods=(
        (
            _words(r"(?:surt|tendr|producir)\w+(?: sus)? efectos?\b[^.;\d]{0,60}$"),
            _words(r" (?:después|a partir|contad|más tarde|de la fecha)"),
            "{period}",
        ),
        (None, _words(r" de (?:anticipación|antelación|preaviso)\b"), "{period}"),
        (_words(r"\b(?:preaviso|aviso(?: previo)?) de $"), None, "{period}"),
    ),
)

_DEPOSITARY = Depositary(
    named=_ranked(
        (
            r"^(?:[\w\s-]{0,60}?\s(?=(?-i:El|La|Los|El/la)\s))?(?P<name>[^.;]{3,200}?),? (?:será|es|serán|son|queda"
            r"|quedan|actuará|actúa)(?: designad[oa]s?)?(?: como)?(?: (?:el/la|el|la|los))? depositari(?:[oa]s?"
            r"|o/a)(?: (?:de )?<OWN>|(?=[.,;]|$))",
            0,
            ("epositari",),
        ),
        (
            r"(?:depositad[oa]s?|depositarán|depositará) (?:en poder|ante|en los archivos)(?: de(?: la| los)?| del/la"
            r"| del| el| la)? (?P<name>[^.;]{3,300}?),? (?:que|quien|el cual)?(?: (?:es|será"
            r"|queda))?(?: designad[oa])?(?: (?:como|el|la))* depositari[oa]s?\b",
            1,
            ("epositari",),
        ),
    ),
    deposits=_ranked(
        (
            r"\b(?:instrumentos?|ratificaci\w+|aceptaci\w+|aprobaci\w+|adhesi\w+)\b(?P<of>[^.;]{0,160}?)"
            r"\b(?:depositad[oa]s?|depositar(?:án|á|se)|depósito\b[^.;]{0,80}?) (?:en poder|ante|en los archivos)"
            r"(?: (?:del/la|del|de la|de los|de|el|la)\b)? (?P<name>[^;]{3,300})",
            2,
            ("poder", "ante ", "archivos"),
        ),
        (
            r"^(?:el original (?:de )?)?<OWN>[^;]{0,400}? depositad[oa] (?:en poder|ante|en los archivos)"
            r"(?: (?:del/la|del|de la|de los|de|el|la)\b)? (?P<name>[^;]{3,300})",
            3,
            ("poder", "ante ", "archivos"),
        ),
    ),
    ends=_words(r",?\s(?:que|quien|el\scual|la\scual|donde|a\smás\stardar|en\sel|antes|después|conforme)\b|[,.;:]|$"),
    article=_words(r"(?:el/la|el|la|los|las)\s+"),
    no_name=_words(r"(?:depositari|dicho|dicha|ese\b|esa\b|cada|la otra|partes)"),
    of_others=_words(r"\b(?:enmiendas?|modificaci\w+|declaraci\w+|anexo)\b"),
)

DRAFTING = Drafting(
    signing=_SIGNING,
    languages=_AUTHENTIC,
    stems={
        "entry_into_force": {
            "vigor": ("ntrará en", "ntra en", "ntrada en"),
            "vigencia": ("ntrará en", "ntra en"),
            "efecto": ("urtirá", "urte"),
        },
        "duration": {"uración": (), "ndefinida": (), "vigor": ("necerá en", "guirá en", "tinuará en"), "vigencia": ()},
        "withdrawal": {"enunci": (), "etirar": (), "etir": (), "ermina": (), "poner fin": (), "poner término": ()},
        "notice": dict.fromkeys(("enuncia", "etir", "aviso", "ermina", "efecto", "antelación", "anticipación"), ()),
        "depositary": {"eposit": (), "epósito": ()},
        "authentic_languages": {"uténtic": (), "fe": ("acen", "arán", "aciendo", "lmente"), "idioma": ()},
        "prevailing_language": {"texto": (), "versión": ()},
    },
    own=_words("<OWN>"),
    selves=("presente {}", "este {}", "esta {}", "Este {}", "Esta {}"),
    articles=("el", "la", "del", "al"),
    small=("tratado", "convención", "convenio", "acuerdo", "protocolo"),
    it=_words(r"(?:éste|ésta|dicho (?:acuerdo|tratado|convenio))\b"),
    lead=_words(
        r"(?:al|una vez|después|tras|sin perjuicio|como excepción|no obstante|con sujeción|a partir|en la fecha"
        r"|de conformidad|cuando)\b"
    ),
    joint=_words(r"(?:,|\b[ye]) $"),
    preposition=_words(r"\b(?:de|a|en|bajo|con|por|para|sobre|entre|contra|según|hacia)\s*$"),
    of=_words(r"\b(?:del|de\s+la|de)\s*(?:presente|este|esta)?$"),
    also=_words(
        r"(?:,? (?:incluid[oa]s?|junto con|así como|y su|y sus)\b[^.;]{0,120}?,?(?= (?:entra|surt|será|tendrá)))?"
    ),
    chain=_words(r"(?:,? (?:es|será|se|está|estará|ha|podrá|tendrá)\b[^;]{0,400}(?:\b(?:y|pero)\b|,))?,? $"),
    units=(("día", "day"), ("semana", "week"), ("mes", "month"), ("año", "year")),
    entry=_ENTRY,
    lasting=_words(
        r"\b(?:es|será|tiene|tendrá|permanecerá|seguirá|continuará|se concluye|se concertará|regirá)\b"
        r"(?: (?:concertado|válido|vigente|en (?:vigor|vigencia)))*,? "
    ),
    durations=_read(
        ("<UNLIMITED>", "unlimited"),
        (
            r"(?:(?:por|durante|de) )?(?:una? )?(?:(?:período|duración|plazo|vigencia)(?: inicial)? de )?<PERIOD>",
            "{period}",
        ),
        (r"hasta que[^.;]{0,80}?\b(?:denuncie|terminado|por terminado)", "until terminated"),
    ),
    withdrawal=_WITHDRAWAL,
    depositary=_DEPOSITARY,
    put_in=_words(
        r"\b(?:sustituid\w+|modificad\w+|reemplazad\w+|añad\w+|insert\w+)\b[^.:]{0,80}\bsiguientes?\b[^.:]{0,60}:",
        *("siguiente",),
    ),
)
