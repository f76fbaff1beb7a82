"""The inside of an article: (last steps of the eId, own words) of each piece, in the order of the text."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_fakes import WORDS, faults_of_structure, inside, parse_text

from ingest.models import ParsedTreaty


def article(body: str) -> ParsedTreaty:
    """A treaty whose first article has this body."""
    return parse_text(f"Article 1\n\n{body}\n\nArticle 2\n\n{WORDS}\n")


def lines(*lines: str) -> str:
    return "\n".join(lines)


NUMBERED = [
    pytest.param(lines("1. Lamps burn.", "2. Bells ring."), [("para_1", "Lamps burn."), ("para_2", "Bells ring.")],
                 id="1."),
    pytest.param(lines("(1) Lamps burn.", "(2) Bells ring."), [("para_1", "Lamps burn."), ("para_2", "Bells ring.")],
                 id="(1)"),
    pytest.param(lines("1) Lamps burn.", "2) Bells ring."), [("para_1", "Lamps burn."), ("para_2", "Bells ring.")],
                 id="1)"),
    pytest.param(lines("1 Lamps burn.", "2 Bells ring."), [("para_1", "Lamps burn."), ("para_2", "Bells ring.")],
                 id="1 without a stop"),
    pytest.param(lines("1 - Lamps burn.", "2 - Bells ring."), [("para_1", "Lamps burn."), ("para_2", "Bells ring.")],
                 id="1 with a dash"),
    pytest.param(lines("1.", "Lamps burn.", "2.", "Bells ring."),
                 [("para_1", "Lamps burn."), ("para_2", "Bells ring.")],
                 id="the number on a line of its own"),
    pytest.param(lines("1", "", "Lamps burn.", "", "2", "", "Bells ring."),
                 [("para_1", "Lamps burn."), ("para_2", "Bells ring.")],
                 id="the number on a line of its own, without a stop"),
    pytest.param(lines("Lamps burn.", "7", "Bells ring."), [("para_1", "Lamps burn."), ("para_2", "7 Bells ring.")],
                 id="a number alone that counts nothing is a word"),
    pytest.param(lines("1. Lamps burn.", "2. Bells ring.", "7"),
                 [("para_1", "Lamps burn."), ("para_2", "Bells ring. 7")], id="a number alone at the end"),
    pytest.param(lines("2. Lamps burn.", "3. Bells ring."), [("para_2", "Lamps burn."), ("para_3", "Bells ring.")],
                 id="the first number lost"),
    pytest.param(lines("1. Lamps burn.", "2. Bells ring.", "4. Horns blow."),
                 [("para_1", "Lamps burn."), ("para_2", "Bells ring."), ("para_4", "Horns blow.")], id="a number lost"),
    pytest.param(lines("1. Lamps burn.", "2. Bells ring.", "And horns blow."),
                 [("para_1", "Lamps burn."), ("para_2", "Bells ring. And horns blow.")], id="words after the last"),
    pytest.param(lines("Both agree.", "1. Lamps burn.", "2. Bells ring."),
                 [("chapeau", "Both agree."), ("para_1", "Lamps burn."), ("para_2", "Bells ring.")],
                 id="words before the first"),
    pytest.param("1. Lamps burn since 1931. They burn.\n2. Bells ring.",
                 [("para_1", "Lamps burn since 1931. They burn."), ("para_2", "Bells ring.")],
                 id="a year is no number"),
    pytest.param(lines("1. Lamps burn.", "1 bis. Horns blow.", "2. Bells ring."),
                 [("para_1", "Lamps burn."), ("para_1bis", "Horns blow."), ("para_2", "Bells ring.")], id="1 bis"),
    pytest.param(lines("1. Lamps burn.", "1A. Horns blow.", "2. Bells ring."),
                 [("para_1", "Lamps burn."), ("para_1a", "Horns blow."), ("para_2", "Bells ring.")], id="1A"),
]  # fmt: skip

UNNUMBERED = [
    pytest.param("Lamps burn all night.", [], id="one is the article itself"),
    pytest.param("Lamps burn.\n\nBells ring.\n\nHorns blow.",
                 [("para_1", "Lamps burn."), ("para_2", "Bells ring."), ("para_3", "Horns blow.")], id="counted"),
    pytest.param("Lamps burn:\n(a) by day;\n(b) by night.\n\nBells ring.\n\nHorns blow.",
                 [("para_1", ""), ("para_1__chapeau", "Lamps burn:"), ("para_1__point_a", "by day;"),
                  ("para_1__point_b", "by night."), ("para_1__closing", "Bells ring."), ("para_2", "Horns blow.")],
                 id="the line behind a list closes it"),
]  # fmt: skip

POINTS = [
    pytest.param("They shall:\n(a) burn;\n(b) ring.",
                 [("chapeau", "They shall:"), ("point_a", "burn;"), ("point_b", "ring.")], id="chapeau and points"),
    pytest.param("1\nThey shall:\n(a)\nburn;\n(b)\nring.\n2\nBells ring.",
                 [("para_1", ""), ("para_1__chapeau", "They shall:"), ("para_1__point_a", "burn;"),
                  ("para_1__point_b", "ring."), ("para_2", "Bells ring.")], id="marks on lines of their own"),
    pytest.param("They shall:\na) burn;\nb) ring.",
                 [("chapeau", "They shall:"), ("point_a", "burn;"), ("point_b", "ring.")], id="a)"),
    pytest.param("They shall:\na. burn;\nb. ring.",
                 [("chapeau", "They shall:"), ("point_a", "burn;"), ("point_b", "ring.")], id="a."),
    pytest.param("They shall:\n(A) burn;\n(B) ring.",
                 [("chapeau", "They shall:"), ("point_a", "burn;"), ("point_b", "ring.")], id="(A)"),
    pytest.param("They shall:\n(i) burn;\n(ii) ring;\n(iii) blow;\n(iv) call.",
                 [("chapeau", "They shall:"), ("point_i", "burn;"), ("point_ii", "ring;"), ("point_iii", "blow;"),
                  ("point_iv", "call.")], id="(i) first is roman"),
    pytest.param("They shall:\n(a) burn;\n(b) ring,\nwhenever there is fog.",
                 [("chapeau", "They shall:"), ("point_a", "burn;"), ("point_b", "ring,"),
                  ("closing", "whenever there is fog.")], id="closing words"),
    pytest.param("1. They shall:\n(a) burn;\n(b) ring,\nwhenever there is fog.\n2. Horns blow.",
                 [("para_1", ""), ("para_1__chapeau", "They shall:"), ("para_1__point_a", "burn;"),
                  ("para_1__point_b", "ring,"), ("para_1__closing", "whenever there is fog."),
                  ("para_2", "Horns blow.")], id="closing words of a paragraph"),
    pytest.param("They shall keep:\n– lamps;\n– bells;\n– horns.",
                 [("chapeau", "They shall keep:"), ("point_1", "lamps;"), ("point_2", "bells;"), ("point_3", "horns.")],
                 id="dashes are counted"),
    pytest.param("They shall:\n(a) burn;\n(c) ring.",
                 [("chapeau", "They shall:"), ("point_a", "burn;"), ("point_c", "ring.")], id="a letter lost"),
    pytest.param("1. Burn.\n2. (a) Ring;\n(b) blow.\n3. Call.",
                 [("para_1", "Burn."), ("para_2", ""), ("para_2__point_a", "Ring;"), ("para_2__point_b", "blow."),
                  ("para_3", "Call.")], id="2. (a) on one line"),
    pytest.param("1. Burn.\n2. (a) Ring; (b) blow.\n3. Call.",
                 [("para_1", "Burn."), ("para_2", ""), ("para_2__point_a", "Ring;"), ("para_2__point_b", "blow."),
                  ("para_3", "Call.")], id="2. (a) and (b) on one line"),
]  # fmt: skip

NESTED = [
    pytest.param("They shall:\n(a) keep:\n(i) lamps;\n(ii) bells;\n(b) ring.",
                 [("chapeau", "They shall:"), ("point_a", ""), ("point_a__chapeau", "keep:"),
                  ("point_a__point_i", "lamps;"), ("point_a__point_ii", "bells;"), ("point_b", "ring.")],
                 id="(i) under (a) is roman"),
    pytest.param("1. They shall:\n(a) keep:\n(i) lamps:\n(A) of oil;\n(B) of gas;\n(ii) bells;\n(b) ring.\n2. Blow.",
                 [("para_1", ""), ("para_1__chapeau", "They shall:"), ("para_1__point_a", ""),
                  ("para_1__point_a__chapeau", "keep:"), ("para_1__point_a__point_i", ""),
                  ("para_1__point_a__point_i__chapeau", "lamps:"), ("para_1__point_a__point_i__point_a", "of oil;"),
                  ("para_1__point_a__point_i__point_b", "of gas;"), ("para_1__point_a__point_ii", "bells;"),
                  ("para_1__point_b", "ring."), ("para_2", "Blow.")], id="four levels"),
    pytest.param("1. They shall keep:\n(a) these:\n– lamps;\n– bells;\n(b) those.",
                 [("para_1", ""), ("para_1__chapeau", "They shall keep:"), ("para_1__point_a", ""),
                  ("para_1__point_a__chapeau", "these:"), ("para_1__point_a__point_1", "lamps;"),
                  ("para_1__point_a__point_2", "bells;"), ("para_1__point_b", "those.")], id="dashes under a point"),
    pytest.param("1. They shall:\n(1) burn;\n(2) ring.\n2. Blow.",
                 [("para_1", ""), ("para_1__chapeau", "They shall:"), ("para_1__point_1", "burn;"),
                  ("para_1__point_2", "ring."), ("para_2", "Blow.")], id="(1) under 1. is a point"),
    pytest.param("1. Lamps:\n(a) burn.\n2. Bells:\n(a) ring;\n(b) hang.",
                 [("para_1", ""), ("para_1__chapeau", "Lamps:"), ("para_1__point_a", "burn."), ("para_2", ""),
                  ("para_2__chapeau", "Bells:"), ("para_2__point_a", "ring;"), ("para_2__point_b", "hang.")],
                 id="letters begin again in each paragraph"),
    pytest.param("Les Parties :\na) gardent :\ni) les feux ;\nii) les cloches ;\nb) sonnent.",
                 [("chapeau", "Les Parties :"), ("point_a", ""), ("point_a__chapeau", "gardent :"),
                  ("point_a__point_i", "les feux ;"), ("point_a__point_ii", "les cloches ;"), ("point_b", "sonnent.")],
                 id="French"),
    pytest.param("1. Стороны:\nа) хранят лампы;\nб) звонят;\nв) трубят.\n2. Стороны спят.",
                 [("para_1", ""), ("para_1__chapeau", "Стороны:"), ("para_1__point_а", "хранят лампы;"),
                  ("para_1__point_б", "звонят;"), ("para_1__point_в", "трубят."), ("para_2", "Стороны спят.")],
                 id="Russian letters"),
    pytest.param("一、缔约方应：\n（一）点灯；\n（二）敲钟。\n二、缔约方休息。",
                 [("para_1", ""), ("para_1__chapeau", "缔约方应："), ("para_1__point_1", "点灯；"),
                  ("para_1__point_2", "敲钟。"), ("para_2", "缔约方休息。")],
                 id="Chinese numbers"),
]  # fmt: skip

INLINE = [
    pytest.param("1. They shall: (a) burn; (b) ring; and (c) blow.\n2. Call.",
                 [("para_1", ""), ("para_1__chapeau", "They shall:"), ("para_1__point_a", "burn;"),
                  ("para_1__point_b", "ring; and"), ("para_1__point_c", "blow."), ("para_2", "Call.")],
                 id="in a paragraph"),
    pytest.param("They shall: (a) burn; (b) ring; or (c) blow.",
                 [("chapeau", "They shall:"), ("point_a", "burn;"), ("point_b", "ring; or"), ("point_c", "blow.")],
                 id="in the article"),
    pytest.param("They shall: (i) burn; (ii) ring; (iii) blow.",
                 [("chapeau", "They shall:"), ("point_i", "burn;"), ("point_ii", "ring;"), ("point_iii", "blow.")],
                 id="roman"),
    pytest.param("1. Lamps burn in 1931. 2. Bells ring. They ring. 3. Horns blow.",
                 [("para_1", "Lamps burn in 1931."), ("para_2", "Bells ring. They ring."), ("para_3", "Horns blow.")],
                 id="paragraphs of a body whose line breaks were lost"),
    pytest.param("1. They shall: (a) burn; (b) ring. 2. Horns: (a) blow; (b) call. 3. Rest.",
                 [("para_1", ""), ("para_1__chapeau", "They shall:"), ("para_1__point_a", "burn;"),
                  ("para_1__point_b", "ring."), ("para_2", ""), ("para_2__chapeau", "Horns:"),
                  ("para_2__point_a", "blow;"), ("para_2__point_b", "call."), ("para_3", "Rest.")],
                 id="paragraphs and points of such a body"),
    pytest.param("(1) Lamps burn. (2) Bells ring under (1) above. (3) Horns blow.",
                 [("para_1", "Lamps burn."), ("para_2", "Bells ring under (1) above."), ("para_3", "Horns blow.")],
                 id="numbers in brackets"),
    pytest.param("1. Lamps burn for 2 hours. 3. Horns blow.", [("para_1", "Lamps burn for 2 hours. 3. Horns blow.")],
                 id="the number that follows is not the next"),
    pytest.param("1. They act under Article 2. Bells ring. 2. Horns blow.",
                 [("para_1", "They act under Article 2. Bells ring."), ("para_2", "Horns blow.")],
                 id="a number that ends a sentence opens none"),
    pytest.param("They act under paragraph (a) or (b) of Article 3; (b) comes first.", [], id="a mention is no list"),
    pytest.param("They shall: (a) burn, and no more.", [], id="one mark is no list"),
]  # fmt: skip

DEFINITIONS = [
    pytest.param("In this Treaty:\n“lamp” means a light;\n“fog horn” means a horn.",
                 [("chapeau", "In this Treaty:"), ("def_lamp", "“lamp” means a light;"),
                  ("def_fog-horn", "“fog horn” means a horn.")], id="curly quotes"),
    pytest.param('In this Treaty:\n"lamp" means a light;\n"horn" includes a whistle.',
                 [("chapeau", "In this Treaty:"), ("def_lamp", '"lamp" means a light;'),
                  ("def_horn", '"horn" includes a whistle.')], id="straight quotes"),
    pytest.param("In this Treaty:\nThe term “lamp” shall mean a light;\nThe term “horn” refers to a whistle.",
                 [("chapeau", "In this Treaty:"), ("def_lamp", "The term “lamp” shall mean a light;"),
                  ("def_horn", "The term “horn” refers to a whistle.")], id="The term"),
    pytest.param("In this Treaty:\n“lamp” means a light;\nHorn means a whistle.",
                 [("chapeau", "In this Treaty:"), ("def_lamp", "“lamp” means a light;"),
                  ("def_horn", "Horn means a whistle.")], id="without quotes, among others"),
    pytest.param("In this Treaty:\n“horn” means:\n(a) a whistle;\n(b) a pipe;\n“lamp” means a light.",
                 [("chapeau", "In this Treaty:"), ("def_horn", ""), ("def_horn__chapeau", "“horn” means:"),
                  ("def_horn__point_a", "a whistle;"), ("def_horn__point_b", "a pipe;"),
                  ("def_lamp", "“lamp” means a light.")], id="with points of its own"),
    pytest.param("1. “lamp” means a light.\n2. “horn” means a whistle.",
                 [("para_1", "“lamp” means a light."), ("para_2", "“horn” means a whistle.")],
                 id="with numbers: the number is the name"),
    pytest.param("In this Treaty:\n(a) “lamp” means a light;\n(b) “horn” means a whistle.",
                 [("chapeau", "In this Treaty:"), ("point_a", "“lamp” means a light;"),
                  ("point_b", "“horn” means a whistle.")], id="with letters"),
    pytest.param("In this Treaty:\n“lamp” means a light;\n“lamp” means, in Part II, a fire.",
                 [("chapeau", "In this Treaty:"), ("def_lamp", "“lamp” means a light;"),
                  ("def_lamp_2", "“lamp” means, in Part II, a fire.")], id="the same term twice"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), NUMBERED + UNNUMBERED + POINTS + NESTED + INLINE + DEFINITIONS)
def test_articles_come_apart(body: str, expected: list[tuple[str, str]]) -> None:
    parsed = article(body)
    assert inside(parsed, "art_1") == expected
    assert faults_of_structure(parsed) == []


def letters(last: str) -> list[str]:
    return [f"({letter}) {letter}-lamp;" for letter in string.ascii_lowercase[: ord(last) - ord("a") + 1]]


def test_i_after_h_is_a_letter() -> None:
    parsed = article(lines(*letters("k")))
    assert [eid for eid, _ in inside(parsed, "art_1")] == [f"point_{letter}" for letter in "abcdefghijk"]


def test_aa_follows_z() -> None:
    parsed = article(lines(*letters("z"), "(aa) aa-lamp;", "(bb) bb-lamp."))
    assert [eid for eid, _ in inside(parsed, "art_1")][-3:] == ["point_z", "point_aa", "point_bb"]


def test_x_after_ix_is_roman() -> None:
    printed = "i ii iii iv v vi vii viii ix x xi xii".split()
    parsed = article(lines(*(f"({number}) lamp {number};" for number in printed)))
    assert [eid for eid, _ in inside(parsed, "art_1")] == [f"point_{number}" for number in printed]


def test_roman_points_under_h() -> None:
    under_h = ["(i) lamps;", "(ii) bells;"]
    parsed = article(lines(*letters("g"), "(h) keep:", *under_h, "(i) ring;", "(j) blow."))
    assert [eid for eid, _ in inside(parsed, "art_1")][7:] == [
        "point_h", "point_h__chapeau", "point_h__point_i", "point_h__point_ii", "point_i", "point_j",
    ]  # fmt: skip


def test_the_provisions_of_a_point() -> None:
    parsed = article("1. They shall:\n(a) burn;\n(b) ring.\n2. Blow.")
    point, paragraph = parsed.by_eid["art_1__para_1__point_b"], parsed.by_eid["art_1__para_1"]
    assert (point.kind, point.number, point.normalised_number, point.label) == ("point", "b", "b", "(b)")
    assert (paragraph.kind, paragraph.number, paragraph.label) == ("paragraph", "1", "paragraph 1")
    assert parsed.text_of(point) == "(b) ring."
    assert parsed.full_label(point) == "Article 1, paragraph 1, (b)"
    assert parsed.article_of(point) == parsed.by_eid["art_1"]


def test_the_provision_of_a_definition() -> None:
    parsed = article("In this Treaty:\n“fog horn” means a horn;\n“lamp” means a light.")
    found = parsed.by_eid["art_1__def_fog-horn"]
    assert (found.kind, found.heading, found.number) == ("definition", "fog horn", None)
    assert found.label == "definition of “fog horn”"


# -- properties ------------------------------------------------------------------------------------

CLAUSES = st.sampled_from(
    ["lamps burn", "bells ring", "horns blow", "keepers call", "Article 3 (2) applies", "oil is free"]
)


@st.composite
def lists(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """Numbered paragraphs, some with points, some of these with sub-points: body and what it must give."""
    body, expected = [], []
    for number in range(1, draw(st.integers(2, 5)) + 1):
        clause = draw(CLAUSES)
        points = draw(st.integers(0, 4))
        if points < 2:
            body.append(f"{number}. The {clause}.")
            expected.append((f"para_{number}", f"The {clause}."))
            continue
        body.append(f"{number}. The {clause}:")
        expected += [(f"para_{number}", ""), (f"para_{number}__chapeau", f"The {clause}:")]
        for letter in "abcd"[:points]:
            step = f"para_{number}__point_{letter}"
            if draw(st.booleans()):
                body += [f"({letter}) keep:", "(i) lamps;", "(ii) bells;"]
                expected += [(step, ""), (f"{step}__chapeau", "keep:")]
                expected += [(f"{step}__point_i", "lamps;"), (f"{step}__point_ii", "bells;")]
            else:
                body.append(f"({letter}) {clause};")
                expected.append((step, f"{clause};"))
    return "\n".join(body), expected


@given(lists())
@settings(max_examples=150)
def test_generated_lists_come_apart_as_put_together(case: tuple[str, list[tuple[str, str]]]) -> None:
    body, expected = case
    assert inside(article(body), "art_1") == expected


MARKS = st.sampled_from(
    ["1.", "2.", "(1)", "(a)", "(b)", "(i)", "(ii)", "(h)", "–", "a)", "A.", "(zz)", "“lamp” means", ""]
)


@given(st.lists(st.tuples(MARKS, MARKS, CLAUSES), min_size=1, max_size=10))
@settings(max_examples=200)
def test_any_marks_keep_every_word_in_one_leaf(rows: list[tuple[str, str, str]]) -> None:
    parsed = article("\n".join(" ".join(row).strip() for row in rows))
    assert faults_of_structure(parsed) == []


def test_the_number_before_a_point_is_in_a_leaf() -> None:
    parsed = article("1. Lamps burn.\n2. (a) Bells ring;\n(b) horns blow.")
    text = parsed.treaty.text
    leaves = [p for p in parsed.provisions if not parsed.children.get(p.eid)]
    assert any(leaf.start <= text.index("2. (a)") < leaf.end for leaf in leaves)
