"""The grammar of attribution: how prose says that words or content are a provision's.

    provision, verb, content          "Article 5 states that …", "Article 8, which requires …", "the pact bans …"
    in provision, content             "Under Article 5, …", "According to the treaty …", "As Article 2 puts it, …"
    content, by provision             "…, says Article 5", "… under Article 33", "… is guaranteed by Article 7"
    provision: content                "NATO's Article 5: attack on one is attack on all"
    parties to a treaty, duty         "Parties to the convention must …"

The patterns are over a text in which anchors and quotations are masked (anchors.py).
"""

import re

from service.check.anchors import PROVISION, QUOTED, TREATY

P, T, Q = PROVISION, TREATY, QUOTED
ANCHOR = f"(?:{P}+|{T}+)"


def _forms(stems: str) -> str:
    """The forms of regular verbs, from a list in which "/" parts what stays from what an e, y or consonant does."""
    return "|".join(_verb(stem) for stem in stems.split())


def _verb(word: str) -> str:
    if word.endswith("e"):
        return f"{word[:-1]}(?:es?|ed|ing)"
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}(?:y|ies|ied|ying)"
    if word.endswith(("s", "sh", "ch", "x")):
        return f"{word}(?:es|ed|ing)?"
    return f"{word}(?:s|ed|ing|{word[-1]}ed|{word[-1]}ing)?"


# Of these what is said follows the verb.
_REPORTING = (
    _forms(
        "state provide declare stipulate specify note affirm reaffirm stress recall assert explain prescribe proclaim "
        "add continue warn insist emphasise emphasize confirm mention indicate clarify conclude decree announce "
        "reiterate underline underscore posit assume envisage envision"
    )
    + r"|sa(?:ys?|id|ying)|reads?|reading|hold(?:s|ing)?|held|foresees?|foresaw|me(?:ans?|ant)|runs?|tells? us|shows?"
    r"|spell(?:s|ed|ing)? (?:it )?out|set(?:s|ting)? (?:it )?out|la(?:ys?|id|ying) (?:it )?down|go(?:es)? on to (?:say"
    r"|add|state|provide|declare|specify)"
    r"|ma(?:kes?|de|king) (?:it )?(?:\w+ )?(?:clear|plain|explicit)|puts? it|speaks? of|talks? (?:of|about)"
)
# Of these the verb is part of what is said.
_RULING = (
    _forms(
        "require oblige obligate compel bind commit force bar ban forbid prohibit outlaw prevent preclude exclude"
        " allow "
        "permit entitle enable empower authorise authorize grant guarantee protect safeguard ensure secure preserve"
        " reserve "
        "recognise recognize acknowledge impose place mandate demand order direct instruct ask urge encourage invite"
        " limit "
        "restrict cap establish create fix promise pledge offer extend exempt apply cover regulate govern treat "
        "consider regard deem classify punish criminalise criminalize abolish enshrine contain include confer vest"
        " assign "
        "entrust define deny subject condemn waive suspend describe list name compel request call appoint oust shield "
        "expect allocate distinguish address deal concern relate refer restate reflect codify uphold respect assure"
        " task "
        "charge leave remove lift rule insulate spare release relieve designate rank equate count absolve narrow widen "
        "oblig hand end wipe scrap cancel freeze settle rescind repudiate reject endorse enumerate single"
    )
    + r"|giv(?:es?|ing)|gave|lets?|letting|binds?|bound|forb[ai]de?s?|ma(?:kes?|de|king)|puts?|sets?|leaves?|left"
    r"|tells?|told|takes?"
    r"|rul(?:es?|ed|ing) out|call(?:s|ed|ing)? (?:on|for|upon)|sa(?:ys|id) nothing|stops?|keeps?|kept|counts?|holds?"
    r"|builds? in|carves? out|opens?"
    r"|ha(?:s|ve|d) (?:[\w-]+ ){0,3}?(?:clauses?|provisions?|articles?|rules?|sections?|exceptions?|limits?"
    r"|guarantees?)"
)
_NEGATION = (
    r"(?:(?:do(?:es)?|did)(?:n['’]t| not| nothing to)|never|nowhere|no longer|stops? short of|fails? to)"
    r"\s+(?:\w+ly\s+)?"
)
_ADVERB = (
    r"(?:,?\s+(?:also|further|furthermore|itself|simply|merely|only|then|in turn|thus|therefore|however|moreover"
    r"|likewise|instead"
    r"|goes? on to|does|do|would|will|can|for its part|for instance|for example|in particular|in effect|in fact"
    r"|in terms|on its face|meanwhile|too"
    r"|by contrast|in full|in part|still|now|already|even|famously|long|always|first|next|already|has|have|had"
    r"|seeks to|aims to|reportedly"
    r"|in (?:so many|plain|clear|similar|blunt) words|is said to|may|must|shall|\w+ly),?){0,4}"
)
_APPOSITION = (
    rf"(?:\s*\([^()]{{1,120}}\)|,\s+(?!(?:which|that|and|but|while)\b)[^,.;:{P}{T}{Q}]{{2,110}},"
    r"|\s*[–—]\s*[^–—.;]{2,110}\s*[–—]|\s+-\s+[^.;]{2,80}\s+-)?"
)
# "…, which China signed but never ratified, guarantees": read only where it is no rule itself.
_ASIDE = (
    rf"(?:,\s+(?:which|whose|to which)\s[^.;:{P}{T}{Q}]{{2,110}}?,"
    r"(?=\s+(?:(?:also|only|merely)\s+)?\w+(?:s|ed|n['’]t|not)\b))??"
)
# Behind "under Article 5, …" a comma begins what it says.
_BRACKETED = r"(?:\s*\([^()]{1,120}\)|\s*[–—]\s*[^–—.;]{2,110}\s*[–—])?"
_RELATIVE = (
    r"(?:,?\s+(?:which(?:,?\s+(?:it|he|she|they|the\s+\w+)\s+(?:says?|said|argues?|claims?|insists?),?)?|that"
    r"|whose (?:text|words|wording|\w+ (?:sentence|paragraph))|(?:under|by|in) which))?"
)
_JOIN = (
    r"(?:\s+(?:as follows|the following|in (?:full|part)))?\s*(?:,\s*(?=that\b))?(?:that\b|:|,(?=\s*"
    + Q
    + r")|—|–(?=\s)|-(?=\s))?\s*"
)
_NOUN_OF = (
    r"(?:(?:['’]s?)?\s+(?:first|second|third|opening|closing|final|last|very|text|wording|words|language|key|operative"
    r"|sentence|paragraph|line|clause|phrase|of|the|it)){0,4}"
)

SUBJECT = re.compile(
    rf"(?P<anchor>{ANCHOR}){_NOUN_OF}{_APPOSITION}{_ASIDE}(?P<rel>{_RELATIVE}){_ADVERB},?\s+(?P<neg>{_NEGATION})?"
    rf"(?:(?P<report>(?:{_REPORTING})(?!\s+for\b)(?!\w))|(?P<rule>(?:{_RULING}|provid(?:es?|ed|ing) for)(?!\w)))"
    rf"(?P<join>{_JOIN})"
)
# A numbered article that does anything in the present tense is said to do it by its words.
DOES = re.compile(
    rf"(?P<anchor>{P}+){_APPOSITION}(?P<rel>{_RELATIVE}){_ADVERB}\s+(?P<neg>{_NEGATION})?"
    r"(?P<rule>(?!(?:is|was|has|does|as|its|this|us|thus|remains|dates|comes|seems|looks|appears|matters|becomes"
    r"|features|turns|rests|lies|stands|faces|draws|wins"
    r"|gets|returns|celebrates|begins|haunts|divides|needs|sits|raises|worries|figures|sounds|hangs|makes sense"
    r"|serves as|carries weight|helps|fails|lives|survives)\b)"
    r"[a-z]{2,}(?:[^s\W]s|sses|shes|ches)(?=\s)"
    r"|(?:is|are),?(?:\s[^,.;]{1,20},)?\s+(?:not\s+)?(?:triggered|limited|confined|restricted|reserved|addressed"
    r"|directed|subject|binding|silent|about|engaged|open|meant|designed)\b"
    r"|as\s+\w+ing\b|ha(?:s|ve)\s+(?=(?:each|every|the|both|all|any|states|parties|members|a|an)\b))"
)
ABOUT = re.compile(
    rf"(?P<anchor>{T}+){_APPOSITION}{_ADVERB}\s+(?P<rule>(?:is|are),?(?:\s[^,.;]{{1,20}},)?\s+(?:not\s+)?(?:about"
    rf"|silent|limited to|confined to|binding|open to)\b)"
)
COLON = re.compile(
    rf"(?P<anchor>{ANCHOR}){_APPOSITION}(?:\s+(?:is|was)\s+[^.:;{P}{T}{Q}]{{1,40}})?\s*(?::"
    rf"|\s[–—-]\s(?![^.]*\s[–—-]\s))\s*(?:when\s+)?(?=\S)"
)
_ACCORDING = (
    r"under|according to|as per|per|pursuant to|by virtue of|in the words of|by the terms of|in|within|by"
    r"|on the basis of|thanks to"
    r"|as (?:set out|stated|laid down|provided|required|written|defined|stipulated|prescribed|put|phrased|worded"
    r"|spelled out) (?:in|by)"
    r"|on (?:a|the) (?:plain )?reading of|to quote|quoting"
)
_TERMS = (
    r"(?:the\s+)?(?:(?:terms|provisions|wording|words|text|language|rules|letter"
    r"|(?:first|second|third|opening|last|final) (?:paragraph|sentence|line))\s+of\s+(?:the\s+)?|terms of\s+)?"
    r"(?:same\s+|so-called\s+)?"
)
INTRODUCED = re.compile(
    rf"(?P<lead>(?<![\w{P}{T}])(?i:{_ACCORDING}))\s+{_TERMS}(?P<anchor>{ANCHOR}){_NOUN_OF}{_BRACKETED}\s*(?P<comma>[,:])?\s+(?=\S)"
)
AS_PUT = re.compile(
    rf"(?i:\bas)\s+(?:the\s+)?(?P<anchor>{ANCHOR})\s+(?:puts?|states?|says?|has|phrases?|words?"
    rf"|provides?)(?:\s+it)?\s*[,:]\s*"
)
# "“…” is how Article 13 puts it", "…: that is Article 26".
IS_HOW = re.compile(
    rf"\s*(?:[:;,—–-]\s*)?(?:\b(?:that is|that['’]s|such is|is how|is what|this is|so (?:says|runs|reads|goes)|are "
    rf"the words of|is the wording of)\s+"
    rf"(?:what\s+|how\s+)?(?:the\s+)?)(?P<anchor>{ANCHOR})"
)
BEHIND = re.compile(
    rf"(?P<comma>[,;]?)\s*(?P<lead>(?<![\w{P}{T}])(?i:{_ACCORDING}|says|reads|states|runs|declares|provides|proclaims"
    rf"|stipulates|goes|said|from|—|–|\(|as does))"
    rf"\s*{_TERMS}(?P<anchor>{ANCHOR})"
)
# "…, the convention says in Article 12": what it says comes first.
SAID_LAST = re.compile(
    rf",\s+(?:the\s+|that\s+)?(?P<anchor>{ANCHOR})(?:\s+(?:says|states|provides|stipulates|declares|adds"
    rf"|puts it)(?:\s+(?:in|at)\s+(?:its\s+)?(?P<place>{P}+))?)[\s.;:]*$"
)
# "Nothing in the treaty bars …": the denial is what is said.
NOTHING_IN = re.compile(
    r"(?i)\b(?:nothing|no (?:article|provision|clause|word|line)|not one (?:article|word|line))\s+(?:in"
    r"|of)\s+(?:the\s+)?$"
)
PARTIES = re.compile(
    rf"(?P<who>(?i:\b(?:(?:all|every|each|any|no|the|its|most)\s+)?(?:[\w-]+\s+){{0,2}}?(?:part(?:y|ies)|members?"
    rf"|signator(?:y|ies)|states|countries|governments|allies|nations|those)"
    rf"(?:\s+(?:that|which|who)\s+(?:have\s+)?(?:joined|ratified|signed|are\s+part(?:y|ies)\s+to))?)\s+(?:(?:to|of|in"
    rf"|under|bound by|parties to|party to)\s+)?(?:the\s+)?(?P<anchor>{ANCHOR}))"
    rf"{_APPOSITION}{_ADVERB}\s+(?=(?:must|may|shall|can|cannot|are|is|have|has|need|undert(?:ake|ook)|agreed?"
    rf"|pledged?|promised?|commit(?:ted)?|should|were|ought)\b)"
)
# "Article 3 provides for consultations and Article 4 for military help": the verb is not said again.
GAPPED = re.compile(
    rf"(?:\band|\bwhile|\bbut|[;,])\s+(?:the\s+)?(?P<anchor>{P}+),?\s+(?=(?:for|that|to|on|with|a|an|the|no)\s)"
)
# "It also says that …": what the sentence before was about.
PRONOUN = re.compile(
    rf"^(?P<anchor>(?i:it|this|the (?:same )?(?:article|provision|clause|paragraph|text|rule|section|passage)"
    rf"|that (?:article|provision|clause)|the next (?:sentence|line|paragraph)"
    rf"|its (?:text|\w+ (?:sentence|paragraph)))){_APPOSITION}{_ADVERB}\s+(?P<neg>{_NEGATION})?"
    rf"(?:(?P<report>(?:{_REPORTING})(?!\s+for\b)(?!\w))|(?P<rule>(?:{_RULING}|provid(?:es?|ed"
    rf"|ing) for)(?!\w)))(?P<join>{_JOIN})"
)
# "It" that did something, or says what a text does not, is a state or a body rather than a text.
STATE_DOES = re.compile(
    r"(?:says?\s+(?:that\s+)?(?:it|its|they|their|he|she)\b|(?:say|said|insist|warn|call|ask|urge|demand|den(?=y|ie)"
    r"|reject|add"
    r"|announce|confirm|tell|told|expect|offer|gave|left|made|put|kept|took|held|foresaw)(?:s|ies|y|ed"
    r"|ing)?\b(?<!\bsays)"
    r"|\w+ed\b)"
)
# What marks a clause as a rule rather than a report of what happened.
NORMATIVE = re.compile(
    r"(?i)\b(?:stays?|remains?|becomes?|takes? effect|appl(?:y|ies)|counts?|owes?|runs?|lasts?|expires?|ha(?:s|ve|d) "
    r"(?:until|up to|(?:\w+ )?\d+)|must|shall|may|can|cannot|should|ought|has to|have to|had to"
    r"|need(?:s)? (?:not|to|only)?|(?:is|are|was|were|be|being)"
    r"(?: not| never| also| only| \w+ly)? (?:obliged|obligated|required|entitled|allowed|permitted|prohibited"
    r"|forbidden|banned|barred|bound|free|guaranteed|protected"
    r"|exempt|immune|inviolable|punishable|recogni[sz]ed|enshrined|outlawed|supposed|expected|liable|responsible"
    r"|enjoined|authori[sz]ed|empowered|void|considered|deemed|defined"
    r"|treated|regarded|subject|limited|restricted|set|fixed|laid|provided|required|reserved|granted|given|owed|due"
    r"|illegal|unlawful|lawful|legal|a crime|crimes?|unable|covered|excluded|ruled)"
    r"|(?:has|have|enjoys?) (?:the|a|an|no|every) (?:\w+ )?(?:right|duty|obligation|power|claim)|no (?:one|state|party"
    r"|person|country|member)|nobody|nothing"
    r"|undertakes?|agrees?|pledges?|promises?|commits?|right to|duty to|obligation to|freedom of|everyone"
    r"|every (?:state|party|person|child|country)|all (?:states|parties|members|peoples)"
    r"|each (?:state|party)|states? (?:part(?:y|ies)|do(?:es)?)|the parties|neither party|any (?:state|party|person"
    r"|member)|only|bars?|bans?|counts? as|amounts? to)\b|n['’]t\b"
)
NORMATIVE_OR_NUMBER = re.compile(rf"{NORMATIVE.pattern}|\b(?:no|not|never|\d+)\b|{Q}")
_SAYS = (
    r"(?:said|says|told|argued|argues|noted|notes|added|adds|wrote|writes|warned|warns|claimed|claims|explained|explains"
    r"|insisted|insists|tweeted|complained|recalled|called|asked)"
)
# Behind what is attributed: who says so, and what became of it.
TRAILING = re.compile(
    r",\s+(?:[\w-]+\s+){0,3}(?:officials?|critics|analysts|lawyers|experts|diplomats|observers|campaigners|activists"
    r"|scholars"
    r"|groups?|ministers?|academics|judges|jurists|researchers)\s+(?:say|said|argue[sd]?|note[sd]?|claim(?:s|ed)?"
    r"|warn(?:s|ed)?"
    r"|add(?:s|ed)?|believe[sd]?|point(?:s|ed)? out)\b.*$"
    r"|,\s+(?:said|argued?|argues|noted|added|warned|wrote|claimed|insisted)\s+(?:(?:the|a|an|his|her|its|one)\s"
    r"|[A-Z]).*$|"
    rf",\s+(?:(?:he|she|they|it|officials?|critics|analysts|lawyers|experts|diplomats|observers|one \w+)|(?:the|a|his"
    rf"|her|its)\s+(?:[\w-]+\s+){{1,4}}|[A-Z][\w.’'-]*(?:\s+[A-Z][\w.’'-]*){{0,4}})\s*{_SAYS}\b.*$"
    r"|,\s+(?:according to|as)\s+(?:the\s+)?(?:analysts?|experts?|critics|officials?|lawyers?|[A-Z]\w+).*$"
    r"|\s*[,–—]\s*(?:(?:a|an|the)\s+)(?:[\w-]+\s+){0,3}(?:clause|pledge|promise|provision|commitment|phrase|passage"
    r"|formula\w*|wording|line|language|point|fact|sentence|words|reading|view|interpretation|stance|position|boast"
    r"|idea|rule|principle)\b(?!\s+of the parties).*$"
    r"|,\s+(?:which|though|although)\s+(?:critics|many|some|has (?:been|never|only|long)|have (?:been|never)|was"
    r"|is widely|analysts|lawyers|few)\b.*$"
    r"|,\s+(?:was|were|had|never)\b.*$"
    rf"|,\s+(?:the\s+)?(?:{T}+|text|document|draft|copy)(?:\s+[^,.]{{0,40}})?\s+(?:shows?|says?|reads?"
    rf"|reveals?)\s*\.?\s*$"
    r"|,\s+(?:prompting|raising|drawing|sparking|fuelling|fueling|echoing|angering|leading critics)\b.*$"
)
SPEAKER = re.compile(
    rf"(?:\b(?:he|she|they|officials?|critics|analysts|lawyers|experts|diplomats|minister|president|secretary"
    rf"|spokes\w+|ambassador|judge|professor|senator|chancellor|lawyer|activist\w*|campaigner\w*|judges|court"
    rf"|tribunal)\b|[A-Z][\w’'-]+)\s+(?:{_SAYS})\b|\b{_SAYS}\s+(?:he|she|they|the\s+\w+|[A-Z]\w+)"
)
CONDITIONAL = re.compile(r"(?i)\b(?:if|whether|unless|should|as though|as if|suppose|imagine)\s+(?:the\s+|its\s+)?$")
