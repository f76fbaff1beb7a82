"""Names of languages by their ISO 639 codes, as treaties in English write them; the first is the usual one."""

_NAMES = """
    af Afrikaans, am Amharic, ar Arabic, az Azerbaijani, be Belarusian, be Byelorussian, bg Bulgarian, bn Bengali,
    bn Bangla, bs Bosnian, ca Catalan, cnr Montenegrin, cs Czech, da Danish, de German, el Greek, en English,
    es Spanish, et Estonian, fa Persian, fa Farsi, fi Finnish, fr French, ga Irish, gn Guaraní, he Hebrew, hi Hindi,
    hr Croatian, hu Hungarian, hy Armenian, id Indonesian, is Icelandic, it Italian, ja Japanese, ka Georgian,
    kk Kazakh, km Khmer, ko Korean, ky Kyrgyz, la Latin, lb Luxembourgish, lo Lao, lt Lithuanian, lv Latvian,
    mg Malagasy, mk Macedonian, mn Mongolian, ms Malay, mt Maltese, my Burmese, ne Nepali, nl Dutch, nl Netherlands,
    nl Flemish, no Norwegian, pl Polish, prs Dari, ps Pashto, pt Portuguese, qu Quechua, ro Romanian, ro Moldovan,
    ru Russian, si Sinhala, sk Slovak, sl Slovenian, sl Slovene, sq Albanian, sr Serbian, sv Swedish, sw Swahili,
    sw Kiswahili, ta Tamil, tg Tajik, th Thai, tk Turkmen, tr Turkish, uk Ukrainian, ur Urdu, uz Uzbek,
    vi Vietnamese, zh Chinese
"""
# Each code with a name of the language; some languages have more than one.
LANGUAGE_NAMES: tuple[tuple[str, str], ...] = tuple(
    (code, name) for code, name in (entry.split() for entry in _NAMES.split(","))
)


def language_name(code: str) -> str:
    """A language's usual English name; the code itself where the language is not among them."""
    return next((name for known, name in LANGUAGE_NAMES if known == code), code)
