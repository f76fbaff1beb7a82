"""Where the preamble begins: behind the title, the dates and the contents that stand above it.

A preamble is one long sentence: the parties, what moved them ("Desiring …", "Recalling …"), and "Have agreed as
follows" (VCLT, article 31, paragraph 2, counts it to the text). It is known by its name, by the parties at its
beginning, by its recitals, or by that formula; a long line is the last resort, since titles are long too.
"""

import re
from collections.abc import Sequence

from ingest.lines import Line

_NAME = re.compile(r"(?i)^\W{0,3}(preamble|préambule|preámbulo|преамбула|序言|الديباجة)(?P<alone>\W*$)?")
_PARTIES = re.compile(
    r"(?i)^\W{0,3}("
    r"the (high )?(contracting )?(parties|states|governments?|members?|peoples?|signator|undersigned)|we,? the peoples"
    r"|the (republic|kingdom|union|federation|federal|commonwealth|state|president|european) .{3,}(,|and .+)$"
    r"|whereas|les (hautes )?(parties|états|gouvernements?)|las (altas )?partes|los estados|los gobiernos"
    r"|государства|стороны|правительств|договаривающиеся|缔约|本协定|本公约缔约|إن (الأطراف|الدول))"
)
_RECITAL = (
    r"desir(?:ing|ous)|wishing|recogni[sz]ing|considering|having (?:regard|decided|resolved|agreed|considered)|"
    r"recalling|noting|convinced|mindful|conscious|reaffirming|bearing in mind|determined|believing|aware|affirming|"
    r"concerned|animated|inspired|anxious|resolved|seeking|acknowledging|taking (?:into|note)|"
    r"désir(?:eux|euses|ant)|considérant|reconnaissant|conscient(?:e?s)?|rappelant|soucieu(?:x|ses)|"
    r"deseando|deseos[ao]s|considerando|reconociendo|recordando|conscientes|"
    r"желая|признавая|ссылаясь|учитывая|будучи|愿意|考虑到|认识到|回顾|إذ "
)
_RECITAL_LINE = re.compile(rf"(?i)^\W{{0,3}}(?:{_RECITAL})")
_RECITAL_INSIDE = re.compile(rf"(?i)[,，]\s*(?:both\s+)?(?:{_RECITAL})")
_FORMULA = re.compile(
    r"(?i)(agreed? (?:as follows|upon the following|to the following)|agreed:|hereby agree|sont convenu|"
    r"han convenido|convienen|согласились|договорились о нижеследующем|协议如下|议定如下|اتفقت)"
)
# Shorter lines are titles, dates and places more often than the beginning of a sentence.
_LONG = 60


def find_preamble(opening: Sequence[Line]) -> tuple[int, int] | None:
    """Of the lines before the first heading, the one at which the preamble begins, and its first words' line.

    None where there is no preamble.
    """
    for index, line in enumerate(opening):
        if name := _NAME.match(line.text):
            if name["alone"] is None:
                return index, index
            return (index, index + 1) if index + 1 < len(opening) else None
    begin = next((i for i, line in enumerate(opening) if _PARTIES.match(line.text) and not line.marked), None)
    if begin is None:
        begin = next((_with_parties(opening, i) for i, ln in enumerate(opening) if _RECITAL_LINE.match(ln.text)), None)
    if begin is None:
        told = (i for i, ln in enumerate(opening) if _RECITAL_INSIDE.search(ln.text) or _FORMULA.search(ln.text))
        begin = next(told, None)
    if begin is None:
        begin = next((i for i, line in enumerate(opening) if not line.marked and _is_long(line.text)), None)
    return None if begin is None else (begin, begin)


def _is_long(text: str) -> bool:
    """Whether a line is a long piece of a sentence; titles are long too, but end without a stop."""
    return len(text) > _LONG and text.rstrip().endswith((",", ";", ":", "."))


def _with_parties(opening: Sequence[Line], recital: int) -> int:
    """The line above the first recital, where it names the parties: it goes on with a comma."""
    above = recital - 1
    if above >= 0 and not opening[above].marked and opening[above].text.rstrip().endswith((",", "，")):
        return above
    return recital
