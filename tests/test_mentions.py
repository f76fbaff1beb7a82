"""The grammar of references as a table: what was named, step by step, and of which instrument.

A mention is written here as one line: steps from the outermost to the innermost with "/" between them, several
targets with "; ", a range as "3..5", a pointer as "article:preceding", then "@" and the treaty ("own" for this
treaty, "that" for one named before). Several mentions in one text are joined by " + ".
"""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.mentions import Mention, Step, find_mentions

SHORT = {"article": "art", "paragraph": "para", "section": "sec", "chapter": "chp"}


def step_of(step: Step) -> str:
    kind = SHORT.get(step.kind, step.kind)
    if step.which:
        many = {0: "*", 1: ""}.get(step.count, str(step.count))
        return f"{kind}:{step.which}{many}"
    return " ".join([kind, *step.names[:1]]) + (f"..{step.last[0]}" if step.last else "")


def line_of(mention: Mention) -> str:
    targets = "; ".join("/".join(step_of(step) for step in target) for target in mention.targets)
    if mention.own:
        return f"{targets} @own"
    return f"{targets} @{'that ' if mention.that else ''}{mention.instrument}" if mention.instrument else targets


def lines_of(text: str, *, question: bool = False) -> str:
    return " + ".join(line_of(mention) for mention in find_mentions(text, question=question))


# (the words, what is read, why it is a case)
ARTICLES = [
    ("Article 51", "art 51", "one"),
    ("article 51", "art 51", "a small letter"),
    ("under ARTICLE 51 the", "art 51", "capitals"),
    ("Art. 51", "art 51", "abbreviated"),
    ("art 51", "art 51", "abbreviated without a stop"),
    ("Arts. 5 and 6", "art 5; art 6", "abbreviated plural"),
    ("article5", "art 5", "set close by a scanner"),
    ("Article  5", "art 5", "two spaces"),
    ("Article\n5", "art 5", "over a line end"),
    ("Article No. 5", "art 5", "No."),
    ("Articles 5 and 7", "art 5; art 7", "two"),
    ("Articles 5 or 7", "art 5; art 7", "either"),
    ("Articles 5 and/or 7", "art 5; art 7", "and/or"),
    ("Articles 5, 7 and 9", "art 5; art 7; art 9", "a list"),
    ("Articles 5, 7, and 9", "art 5; art 7; art 9", "a list with its last comma"),
    ("Articles 3 to 5 and 7", "art 3..5; art 7", "a range, then one"),
    ("articles 309 to 312", "art 309..312", "a range"),
    ("Articles 31 through 33", "art 31..33", "a range, American"),
    ("Articles 4–6", "art 4..6", "a range with a dash"),
    ("Articles 4-6", "art 4..6", "a range with a hyphen"),
    ("Articles 5, 7 to 9 and 12", "art 5; art 7..9; art 12", "a range within a list"),
    ("Articles 9 to 7", "art 9", "a range that runs backwards is none"),
    ("Article 8 bis", "art 8bis", "bis"),
    ("Article 8bis", "art 8bis", "bis set close"),
    ("Articles 8 bis and 9", "art 8bis; art 9", "bis in a list"),
    ("Article 15 ter (2)", "art 15ter/para 2", "ter with its paragraph"),
    ("Article 4A", "art 4a", "a letter"),
    ("Article 105b", "art 105b", "a small letter after the number"),
    ("Article 13-A", "art 13a", "a letter behind a hyphen"),
    ("Article IV", "art 4", "roman"),
    ("Articles I and II", "art 1; art 2", "roman numbers"),
    ("Articles IV, V and VI", "art 4; art 5; art 6", "roman list"),
    ("Article IV, V or VI", "art 4; art 5; art 6", "a roman list after the singular: nothing is counted in roman"),
    ("Article 1.01", "art 1.01", "chapter and article"),
    ("Articles 2.01 to 2.03", "art 2.01..2.03", "a range of those"),
    ("Article G-01", "art g-01", "a letter chapter"),
    ("Article VI.5", "art vi.5", "a roman chapter"),
    ("Article C", "art 100", "a letter, or a hundred: both are kept, the text decides"),
    ("Article 5.", "art 5", "a stop"),
    ("(Article 5)", "art 5", "in brackets"),
    ("Article 5 above", "art 5", "above"),
    ("Article 5 hereof", "art 5", "hereof"),
    ("the said Article 5", "art 5", "a pointer before a number adds nothing"),
    ("Article 5 a Party may", "art 5", "a word of one letter is no number"),
    ("Article 5 and the other", "art 5", "an 'and' that goes on otherwise"),
    ("Article 5 and 30 days after", "art 5", "a number of days"),
    ("Articles 5, 30 and 60 days later", "art 5; art 30", "days at the end of a list"),
    ("Article 5, 12 lamps being lit", "art 5", "after one article a comma joins no number"),
    ("Article 5 to 10 metres", "art 5", "a measure"),
    ("Article 5, 12 August", "art 5", "a date"),
    ("Article 10 (7) – 84", "art 10/para 7", "a page number behind a dash"),
    ("Article 99999", "", "no article has five digits"),
    ("Article 5 and Article 7", "art 5 + art 7", "the keyword again: two mentions"),
]  # fmt: skip

BELOW = [
    ("Article 3, paragraph 2", "art 3/para 2", "paragraph"),
    ("Article 3 paragraph 2", "art 3/para 2", "without a comma"),
    ("Article 3, para. 2", "art 3/para 2", "para."),
    ("Article 3 § 2", "art 3/para 2", "§"),
    ("Article 3 §§ 2 and 3", "art 3/para 2; art 3/para 3", "§§"),
    ("Article 3(2)", "art 3/para 2", "in brackets"),
    ("Article 3 (2)", "art 3/para 2", "brackets set off"),
    ("Article 4 (2) (b)", "art 4/para 2/point b", "paragraph and point"),
    ("Article 3(2)(a)(iv)", "art 3/para 2/point a/point iv", "sub-point"),
    ("Article 3 ( 2 ) ( a )", "art 3/para 2/point a", "spaces in the brackets"),
    ("Article 29(2)a)", "art 29/para 2/point a", "half a bracket"),
    ("Article 3 (a)", "art 3/point a", "a point without a paragraph"),
    ("Article 3(A)", "art 3/point a", "a capital point"),
    ("Article 3 (see the Annex)", "art 3", "words in brackets are no point"),
    ("Article 3, paragraph 2 (a)", "art 3/para 2/point a", "words, then brackets"),
    ("Article 3, paragraph 2 (a) and (b)", "art 3/para 2/point a; art 3/para 2/point b", "two points"),
    ("Article 3 (2) (a), (b) and (d)", "art 3/para 2/point a; art 3/para 2/point b; art 3/para 2/point d",
     "three points"),
    ("article 12 (1) (b) to (d)", "art 12/para 1/point b; art 12/para 1/point c; art 12/para 1/point d",
     "a range of points"),
    ("Article 2 (1) (a)–(c)", "art 2/para 1/point a; art 2/para 1/point b; art 2/para 1/point c", "with a dash"),
    ("Article 12 (1) and (2)", "art 12/para 1; art 12/para 2", "two paragraphs in brackets"),
    ("Article 12 (1)(a) and (2)(b)", "art 12/para 1/point a; art 12/para 2/point b", "each with its point"),
    ("Article 4, paragraph 2, sub-paragraph (b)", "art 4/para 2/point b", "all in words"),
    ("Article 4, paragraph 2, subparagraph b", "art 4/para 2/point b", "a point without brackets"),
    ("Article 4, paragraph 2, subparagraphs (a) and (c)", "art 4/para 2/point a; art 4/para 2/point c",
     "two sub-paragraphs"),
    ("paragraph 7, subparagraphs a) to c)", "para 7/point a..c", "a range of sub-paragraphs"),
    ("Article 4, subparagraph (h)", "art 4/point h", "a point of an article without paragraphs"),
    ("Article 4, paragraph 1, subparagraph (A), sub-subparagraphs (1) and (2)",
     "art 4/para 1/point a/subpoint 1; art 4/para 1/point a/subpoint 2", "sub-subparagraphs"),
    ("Article 4, paragraphs 1 and 3", "art 4/para 1; art 4/para 3", "two paragraphs"),
    ("Article 4, paragraphs 1 to 3", "art 4/para 1..3", "a range of paragraphs"),
    ("Articles 2, paragraph 1, 5 and 9, paragraph 2", "art 2/para 1; art 5; art 9/para 2",
     "after one paragraph the next number is an article"),
    ("Articles 2, paragraphs 1 and 3, and 5", "art 2/para 1; art 2/para 3; art 2/para 5",
     "after 'paragraphs' the next number is a paragraph"),
    ("Articles 5(1) and 6(2)", "art 5/para 1; art 6/para 2", "each with its own"),
    ("Articles 30 (2) (c), 31 (1) and (2), and 38",
     "art 30/para 2/point c; art 31/para 1; art 31/para 2; art 38", "a long list"),
    ("Articles 2, 17 (paragraph 2), 20 and 24", "art 2; art 17/para 2; art 20; art 24", "a word in the brackets"),
    ("Article 25, fourth paragraph", "art 25/para 4", "an ordinal behind"),
    ("the first paragraph of Article 25", "art 25/para 1", "an ordinal before"),
    ("second and third paragraphs of Article 25", "art 25/para 2; art 25/para 3", "two ordinals"),
    ("paragraph 1.e of Article 48", "art 48/para 1/point e", "a point behind a full stop"),
    ("Article 3, Section 2", "art 3/sec 2", "sections in an article"),
    ("Article VI, Section I, paragraph 21", "art 6/sec 1/para 21", "and their paragraphs"),
    ("Rule 22, paragraphs 1 and 2", "rule 22/para 1; rule 22/para 2", "a rule's paragraphs are not the article's"),
    ("Regulation 5 (2)", "rule 5/para 2", "a regulation"),
]  # fmt: skip

UPWARDS = [
    ("paragraph 2 of Article 3", "art 3/para 2", "paragraph first"),
    ("paragraph 2 (a) of Article 3", "art 3/para 2/point a", "with its point"),
    ("paragraph 2(b)(i) of Article 3", "art 3/para 2/point b/point i", "and sub-point"),
    ("paragraphs 1 and 2 of Article 5", "art 5/para 1; art 5/para 2", "two paragraphs"),
    ("paragraphs 1 and 2 of Articles 5 and 6", "art 5/para 1; art 5/para 2; art 6/para 1; art 6/para 2", "of two"),
    ("paragraph (1) of Article 14", "art 14/para 1", "a bracketed paragraph"),
    ("paragraph (b) of this Article", "art:this/para b", "a lettered one"),
    ("subparagraph (a) of paragraph 1 of Article 7", "art 7/para 1/point a", "three steps"),
    ("subparagraphs (a) and (c) of paragraph 1", "para 1/point a; para 1/point c", "within an article"),
    ("paragraph 1 and paragraph 3 of Article 5", "art 5/para 1 + art 5/para 3", "what the second is of, the first is"),
    ("paragraph 1 or 3 of Article 5", "art 5/para 1; art 5/para 3", "either"),
    ("article 8 of this Annex", "annex:this/art 8", "of an annex"),
    ("Section 2 of Part III", "part 3/sec 2", "of a part"),
    ("Chapter III of Annex I", "annex 1/chp 3", "of an annex"),
    ("paragraph 5 of Section II of Annex III", "annex 3/sec 2/para 5", "all the way out"),
    ("Article 6, paragraph 1, of Annex II", "annex 2/art 6/para 1", "annex behind a paragraph"),
    ("Article 5 of the Annex", "annex/art 5", "the only annex"),
    ("Article 5 in Annex I", "annex 1/art 5", "in"),
    ("Annex VI, article 2", "annex 6/art 2", "an annex before"),
    ("Annex VI article 2", "annex 6/art 2", "without a comma"),
    ("Annex III, article 13, paragraphs 3 to 5", "annex 3/art 13/para 3..5", "and its paragraphs"),
    ("Annex D, Section III", "annex d/sec 3", "a lettered annex"),
    ("Part A, paragraph 3, of Annex I", "annex 1/part a/para 3", "inside out"),
    ("Part II, Section C", "part 2/sec c", "a third section is no hundredth"),
    ("Section 1 of this Chapter", "chp:this/sec 1", "of this chapter"),
    ("paragraph 3 of Appendix 1 to Annex B", "annex b/appendix 1/para 3", "an appendix to an annex"),
    ("paragraph 1 of that article", "art:that/para 1", "an article named before"),
    ("paragraph 1 of the following Article", "art:following/para 1", "of the next"),
    ("the second paragraph of the preceding Article", "art:preceding/para 2", "of the one before"),
    ("Article 3 of Part II of Annex IV", "annex 4/part 2/art 3", "an article in a part of an annex"),
]  # fmt: skip

GROUPS = [
    ("Part XI", "part 11", "a part"),
    ("Parts II to VIII", "part 2..8", "parts"),
    ("Parts I and III", "part 1; part 3", "two parts"),
    ("Chapter VII", "chp 7", "a chapter"),
    ("Chapters VI, VII, VIII, and XII", "chp 6; chp 7; chp 8; chp 12", "chapters"),
    ("Section VII, VIII or IX", "sec 7; sec 8; sec 9", "sections after the singular"),
    ("section 6", "sec 6", "small letters"),
    ("Title III, Chapter 2", "title 3/chp 2", "a title"),
    ("Annex II", "annex 2", "an annex"),
    ("Annexes I to III", "annex 1..3", "annexes"),
    ("Annex IV A", "annex 4", "a letter set apart is left"),
    ("Appendix 1", "appendix 1", "an appendix"),
    ("Schedule 2 chemicals", "schedule 2", "a schedule, used as an adjective"),
    ("Protocol II", "protocol 2", "a protocol by its number"),
    ("as stated in the preamble", "preamble", "the preamble"),
    ("the Preamble to this Treaty", "preamble @own", "its own preamble"),
    ("Preamble\n\nThe Parties", "", "its heading"),
    ("on the part of the crew", "", "a common word"),
    ("that part of the coast", "", "a pointer, and still a common word"),
    ("each Section", "", "no number"),
    ("a section 3 metres long", "", "a measure"),
    ("part 10 per cent", "", "a share"),
    ("spare parts 8406.90", "", "a tariff number"),
    ("articles of iron", "", "things"),
    ("such articles shall be returned", "", "things again"),
    ("these articles of clothing", "", "clothes"),
    ("Particle 5", "", "another word"),
    ("the non-paragraph 5", "", "part of a word"),
    ("national point(s) of contact", "", "a plural in brackets"),
    ("a point of entry", "", "a place"),
    ("the parties to it", "", "no parts"),
    ("this Protocol", "", "the treaty itself is no reference"),
    ("this Convention", "", "nor here"),
]  # fmt: skip

POINTERS = [
    ("this Article", "art:this", "the article itself"),
    ("this article", "art:this", "in small letters"),
    ("the present Article", "art:this", "present"),
    ("the preceding Article", "art:preceding", "the one before"),
    ("the foregoing article", "art:preceding", "foregoing"),
    ("the previous paragraph", "para:preceding", "previous"),
    ("the above paragraph", "para:preceding", "above, before the word"),
    ("the following Article", "art:following", "the next one"),
    ("the next paragraph", "para:following", "next"),
    ("the preceding paragraphs", "para:preceding*", "all before"),
    ("the preceding two paragraphs", "para:preceding2", "two"),
    ("the two preceding paragraphs", "para:preceding2", "two, the other way round"),
    ("the said Article", "art:that", "one named before"),
    ("that article", "art:that", "that"),
    ("those Articles", "art:that*", "those"),
    ("the same paragraph", "para:that", "the same"),
    ("this paragraph", "para:this", "the paragraph itself"),
    ("this subparagraph", "point:this", "the point itself"),
    ("this Part", "part:this", "the part"),
    ("this Section", "sec:this", "the section"),
    ("this Chapter", "chp:this", "the chapter"),
    ("this Annex", "annex:this", "the annex"),
    ("this section of the coast", "", "in small letters a common word"),
    ("this point in time", "", "a point in time"),
    ("paragraph 2 above", "para 2", "above, behind"),
    ("paragraphs 3, 4 and 5 below", "para 3; para 4; para 5", "below"),
    ("sub-paragraph (c) above", "point c", "a point above"),
    ("subparagraph (a) of this paragraph", "para:this/point a", "a point of the paragraph"),
    ("paragraph 2 of this Article", "art:this/para 2", "a paragraph of the article"),
    ("paragraph 1(a) of this Article", "art:this/para 1/point a", "with its point"),
    ("the first paragraph", "para 1", "by its place"),
    ("every article", "", "none in particular"),
]  # fmt: skip

INSTRUMENTS = [
    ("Article 51 of the Charter", "art 51 @Charter", "short name"),
    ("Article 51 of the Charter of the United Nations", "art 51 @Charter of the United Nations", "long name"),
    ("Article 5 of the Convention, as amended", "art 5 @Convention", "words after it"),
    ("Article 5 of the Convention on Lamps and Bells shall", "art 5 @Convention on Lamps and Bells", "'and' in it"),
    ("Article 5 of the Bell Treaty of 1931", "art 5 @Bell Treaty of 1931", "a year in it"),
    ("Article 5 of the Bell Treaty of 4 May 1931", "art 5 @Bell Treaty of 4 May 1931", "a date in it"),
    ("Article 5, paragraph 2, of the Bell Treaty", "art 5/para 2 @Bell Treaty", "after a paragraph"),
    ("Article 5\nof the Charter", "art 5 @Charter", "over a line end"),
    ("Article 5 of this Convention", "art 5 @own", "its own"),
    ("Article 5 of the present Covenant", "art 5 @own", "present"),
    ("Article 5 of that Convention", "art 5 @that Convention", "one named before"),
    ("Article 2 of the said Charter", "art 2 @that Charter", "said"),
    ("Article 5 of a treaty", "art 5", "no name"),
    ("Article 5 of the Bell Treaty and Article 6 of the Lamp Treaty", "art 5 @Bell Treaty + art 6 @Lamp Treaty",
     "two instruments"),
    ("Article 5 of the 1931 Bell Treaty", "art 5 @1931 Bell Treaty", "a year before the name"),
    ("Articles 5, paragraphs 1 and 2, of the Bell Treaty", "art 5/para 1; art 5/para 2 @Bell Treaty", "paragraphs"),
    ("Part XI of the Convention", "part 11 @Convention", "a part of another"),
    ("Chapter VII of the Charter", "chp 7 @Charter", "a chapter of another"),
    ("Annex II to the Convention", "annex 2 @Convention", "an annex to another"),
    ("Annex I, Article 3 of the Convention", "annex 1/art 3 @Convention", "annex and instrument"),
    ("Annex III, article 5, of the Convention", "annex 3/art 5 @Convention", "after commas"),
    ("Part IX, paragraph 22, of the Bell Annex", "part 9/para 22 @Bell Annex", "an annex with a name"),
    ("Section IV of the Protocol on Bells", "sec 4 @Protocol on Bells", "a protocol with a name"),
    ("Article 3 common to the Bell Conventions", "art 3 @Bell Conventions", "common to several"),
    ("notified under Article 5 to the Conference of Venn", "art 5", "to a body that is no treaty"),
    ("Article 5 to the Convention on Bells", "art 5 @Convention on Bells", "to a treaty"),
    ("Article 5 under the Bell Treaty", "art 5 @Bell Treaty", "under"),
    ("Articles 4 and 5 of the Charter and the Statute", "art 4; art 5 @Charter", "two short names: the first"),
    ("Article 5 of the Optional Protocol to the Bell Convention", "art 5 @Optional Protocol to the Bell Convention",
     "a protocol to another"),
    ("Article 8 of the Statute of the Court of Bells", "art 8 @Statute of the Court of Bells", "a statute"),
]  # fmt: skip

HEADINGS = [
    ("Lamps burn.\n\nArticle 5\n\nBells ring.", "", "a heading on its line"),
    ("Lamps burn.\nArticle 5. Bells\nBells ring.", "", "a heading with its title"),
    ("PART II. LAMPS", "", "a heading at the beginning"),
    ("go out.SECTION II. LAMPS", "", "a heading run on"),
    ("in accordance with\nArticle 5\nof the Charter", "art 5 @Charter", "a wrapped line is no heading"),
    ("subject to\nArticle 5, lamps burn", "art 5", "a wrapped line that goes on"),
]  # fmt: skip

LANGUAGES = [
    ("Artículo 5", "art 5", "Spanish"),
    ("los artículos 5 y 7", "art 5; art 7", "Spanish, two"),
    ("artículo 5 de la Carta", "art 5 @Carta", "Spanish, of a treaty"),
    ("párrafo 2 del artículo 5", "art 5/para 2", "Spanish, a paragraph"),
    ("l’article 5", "art 5", "French"),
    ("l'article premier", "art 1", "French, the first"),
    ("les articles 5 et 6", "art 5; art 6", "French, two"),
    ("les articles 5 à 8", "art 5..8", "French, a range"),
    ("paragraphe 2 de l’article 5", "art 5/para 2", "French, a paragraph"),
    ("article 5 de la Charte", "art 5 @Charte", "French, of a treaty"),
    ("Статья 5", "art 5", "Russian"),
    ("в статьях 5 и 6", "art 5; art 6", "Russian, two"),
    ("пункт 2 статьи 5", "para 2 + art 5", "Russian genitive: two mentions"),
    ("статьи 5 настоящей Конвенции", "art 5 @own", "Russian, its own"),
    ("第五十一条", "art 51", "Chinese"),
    ("第51条第2款", "art 51/para 2", "Chinese, digits and a paragraph"),
    ("第八条之二", "art 8bis", "Chinese bis"),
    ("《联合国宪章》第五十一条", "art 51 @联合国宪章", "Chinese, of a treaty"),
    ("المادة ٥", "art 5", "Arabic"),
    ("المادة (51)", "art 51", "Arabic, digits in brackets"),
]  # fmt: skip

QUESTIONS = [
    ("art 51 un charter", "art 51", "sloppy"),
    ("article four", "art 4", "a number word"),
    ("article fifty-one", "art 51", "a longer one"),
    ("article twenty one", "art 21", "without a hyphen"),
    ("art. 2(4) UN Charter", "art 2/para 4", "a paragraph in brackets"),
    ("Art 5 NATO", "art 5", "a name behind"),
    ("articles 31-33 VCLT", "art 31..33", "a range"),
    ("what does part xi of unclos say", "part 11", "small roman"),
    ("annex ii of cites", "annex 2", "a small annex"),
    ("annex a of the kyoto protocol", "annex a", "a lettered one"),
    ("preamble of the npt", "preamble", "the preamble"),
    ("the 5th article", "art 5", "an ordinal in digits"),
    ("the fifth article", "art 5", "an ordinal"),
    ("para 3 of art 9", "art 9/para 3", "para"),
    ("art 9 para 3", "art 9/para 3", "para behind"),
    ("art 9 §2", "art 9/para 2", "§"),
    ("Chapter VII", "chp 7", "a chapter"),
    ("article vi", "art 6", "a small roman article"),
    ("article 8 bis rome statute", "art 8bis", "bis"),
    ("art51", "art 51", "set close"),
]  # fmt: skip

TABLE = [*ARTICLES, *BELOW, *UPWARDS, *GROUPS, *POINTERS, *INSTRUMENTS, *HEADINGS, *LANGUAGES]


@pytest.mark.parametrize(("text", "expected", "why"), TABLE, ids=[f"{row[2]}: {row[0][:40]}" for row in TABLE])
def test_reads_a_reference(text: str, expected: str, why: str) -> None:
    assert lines_of(text) == expected, why


@pytest.mark.parametrize(("text", "expected", "why"), QUESTIONS, ids=[row[2] for row in QUESTIONS])
def test_reads_a_question(text: str, expected: str, why: str) -> None:
    assert lines_of(text, question=True) == expected, why


def test_the_table_is_as_long_as_was_promised() -> None:
    assert len(TABLE) + len(QUESTIONS) >= 250
    assert len({row[0] for row in TABLE}) == len(TABLE)


def test_a_mention_stands_where_it_is_written() -> None:
    text = "Subject to Article 3, paragraph 2 (a), and to Articles 5 and 6 of the Bell Treaty, lamps burn."
    assert [text[m.start : m.end] for m in find_mentions(text)] == [
        "Article 3, paragraph 2 (a)",
        "Articles 5 and 6 of the Bell Treaty",
    ]


# --- what is printed is read back

NUMBER = st.integers(1, 400).map(str)
POINT = st.sampled_from("abcdefgh")


@st.composite
def printed(draw: st.DrawFn) -> tuple[str, str]:
    """A reference in one of the grammar's forms, and what is to be read."""
    article, paragraph, point = draw(NUMBER), str(draw(st.integers(1, 30))), draw(POINT)
    whole = f"art {article}/para {paragraph}/point {point}"
    form, read = draw(
        st.sampled_from(
            [
                (f"Article {article}", f"art {article}"),
                (f"Article {article} ({paragraph}) ({point})", whole),
                (f"Article {article}({paragraph})({point})", whole),
                (f"Article {article}, paragraph {paragraph} ({point})", whole),
                (f"Article {article}, paragraph {paragraph}, sub-paragraph ({point})", whole),
                (f"paragraph {paragraph} ({point}) of Article {article}", whole),
                (f"sub-paragraph ({point}) of paragraph {paragraph} of Article {article}", whole),
                (f"art. {article} § {paragraph}", f"art {article}/para {paragraph}"),
                (f"paragraph {paragraph} of this Article", f"art:this/para {paragraph}"),
                (f"Annex IV, article {article}, paragraph {paragraph}", f"annex 4/art {article}/para {paragraph}"),
                (f"Article {article} of Annex IV", f"annex 4/art {article}"),
            ]
        )
    )
    behind, treaty = draw(
        st.sampled_from([("", ""), (" of this Convention", " @own"), (" of the Bell Treaty", " @Bell Treaty")])
    )
    return (form, read) if "this Article" in form else (form + behind, read + treaty)


@given(printed(), st.sampled_from(["under {} lamps burn", "({})", "{}.", "see {}; and bells ring", "{}"]))
@settings(max_examples=300)
def test_what_is_printed_is_read_back(case: tuple[str, str], around: str) -> None:
    text, expected = case
    assert lines_of(around.format(text)) == expected


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8, unique=True))
@settings(max_examples=100)
def test_every_number_of_a_list_is_named(values: list[int]) -> None:
    text = ", ".join(map(str, values[:-1])) + (" and " if len(values) > 1 else "") + str(values[-1])
    expected = "; ".join(f"art {value}" for value in values)
    assert lines_of(f"under Articles {text} of the Bell Treaty") == f"{expected} @Bell Treaty"


@given(st.text(alphabet="Articlespgh 12(a)IV,–and ofthBDpr.§", max_size=80), st.booleans())
@settings(max_examples=300)
def test_any_text_is_searched_and_mentions_stand_apart_in_order(text: str, question: bool) -> None:
    end = 0
    for mention in find_mentions(f"{text} Article 5 {text}", question=question):
        assert end <= mention.start < mention.end
        assert mention.targets
        assert all(target for target in mention.targets)
        end = mention.end


NASTY = ["Article 1, ", "Articles 1 and ", "paragraph 1 of ", "(a) ", "Article 5 (1) (a), (b), ", "the preceding ",
         "of the Convention on the ", "Annex I, Part A, ", "first and second ", "Bell ", "§",
         "Article 5 to "]  # fmt: skip


@pytest.mark.parametrize("piece", NASTY)
def test_time_grows_with_length_alone(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        times = []
        for _ in range(3):
            started = time.perf_counter()
            find_mentions(text)
            times.append(time.perf_counter() - started)
        return min(times)

    # Four times the text takes four times as long; a quadratic reader would take sixteen times.
    assert seconds(80_000) < 10 * seconds(20_000) + 0.02


def test_numbers_keep_all_their_readings() -> None:
    (mention,) = find_mentions("Article C")
    assert mention.articles == (("100", "c"),)
    assert re.fullmatch(r"Article C", "Article C"[mention.start : mention.end])
