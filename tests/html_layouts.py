"""The treaty in every layout: lists, tables, typewriter text, word processors, two languages, old encodings.

``LAYOUTS`` are the kinds of page; all of them say the treaty's words and, beside them, only the page's own.
"""

import textwrap
from collections.abc import Callable, Iterator, Sequence

from html_parts import (
    MENU,
    NOTE,
    articles_of,
    built,
    esc,
    links,
    page,
    rows,
    simple,
    site_footer,
    site_header,
)
from html_treaty import FRENCH, TITLE, TREATY, Article, Group, Paragraph, Text, body_lines, group_lines, lines

# -- marks beside words ------------------------------------------------------------------------------------------


def journal_tables() -> str:
    """An official journal: a table of two cells for each paragraph and point, the mark in one, the words in one."""

    def table(one: Paragraph) -> str:
        inner = f'<p class="oj-normal">{esc(one.words)}</p>' + "".join(map(table, one.points))
        if not one.mark:
            return inner
        mark = f'<td valign="top"><p class="oj-normal">{one.mark}</p></td>'
        return f'<table><colgroup><col width="4%"/></colgroup><tbody><tr>{mark}<td>{inner}</td></tr></tbody></table>'

    def article(one: Article) -> str:
        number = f'<p class="oj-ti-art">Article {one.number}</p>'
        name = f'<div class="eli-title"><p class="oj-sti-art">{esc(one.name)}</p></div>'
        return f'<div class="eli-subdivision">{number}{name}{"".join(map(table, one.paragraphs))}</div>'

    body = built(
        article,
        title=lambda text: f'<p class="oj-doc-ti">{esc(text)}</p>',
        heading=lambda text: f'<p class="oj-ti-section-1"><span>{esc(text)}</span></p>',
    )
    return page(f'<body><div class="navbar">{links(MENU)}</div><div id="text"><div>{body}</div></div></body>')


def grids() -> str:
    """Marks and words in divisions side by side, as new pages of an official journal have them."""

    def grid(one: Paragraph) -> str:
        inner = f"<p>{esc(one.words)}</p>{''.join(map(grid, one.points))}"
        if not one.mark:
            return inner
        mark = f'<div class="grid-list-column-1">{one.mark}</div>'
        return f'<div class="grid-container grid-list">{mark}<div class="grid-list-column-2">{inner}</div></div>'

    return page(f"<body>{built(lambda one: _headed(one) + ''.join(map(grid, one.paragraphs)))}</body>")


def term_lists() -> str:
    """Marks and words as terms and their descriptions."""

    def terms(one: Paragraph) -> str:
        inner = f"{esc(one.words)}{''.join(map(terms, one.points))}"
        return f"<dl><dt>{one.mark}</dt><dd>{inner}</dd></dl>" if one.mark else f"<p>{inner}</p>"

    return page(f"<body>{built(lambda one: _headed(one) + ''.join(map(terms, one.paragraphs)))}</body>")


def statute_spans() -> str:
    """A database of laws: numbers and words in spans that only a style sheet sets apart."""

    def spans(one: Paragraph, level: int = 1) -> str:
        inner = "".join(spans(point, level + 1) for point in one.points)
        text = f'<span class="LegNo">{one.mark}</span><span class="LegText">{esc(one.words)}</span>'
        return f'<p class="LegLevel{level}">{text}</p>{inner}'

    def article(one: Article) -> str:
        heading = f'<span class="LegNo">Article {one.number}</span><span class="LegTitle">{esc(one.name)}</span>'
        return f'<h4 class="LegHeading">{heading}</h4>{"".join(map(spans, one.paragraphs))}'

    side = f'<div id="leftMenu"><ul class="nav">{"".join(f"<li>{name}</li>" for name in MENU)}</ul></div>'
    return page(f'<body>{site_header()}{side}<div id="viewLegContents">{built(article)}</div>{site_footer()}</body>')


def _headed(one: Article) -> str:
    return f"<h3>Article {one.number}</h3><h4>{esc(one.name)}</h4>"


# -- lists -----------------------------------------------------------------------------------------------------


def numbered_lists(sheet: str = "", attributes: Sequence[str] = ("", ' type="a"', ' type="i"')) -> str:
    """Paragraphs and points as ordered lists, whose marks stand in no text."""

    def items(many: Sequence[Paragraph], level: int) -> str:
        if not many or not many[0].mark:
            return "".join(f"<p>{esc(one.words)}</p>" for one in many)
        inner = "".join(f"<li>{esc(one.words)}{items(one.points, level + 1)}</li>" for one in many)
        return f"<ol{attributes[level]}>{inner}</ol>"

    menu = "<ol>" + "".join(f'<li><a href="/x">{name}</a></li>' for name in MENU) + "</ol>"
    body = built(lambda one: _headed(one) + items(one.paragraphs, 0))
    return page(f"<body><div>{menu}</div><div>{body}</div></body>", head=sheet)


def lists_in_style_sheet() -> str:
    """The same, with the letters told by a style sheet."""
    sheet = "<style>ol.points{margin:0;list-style-type:lower-alpha} .sub , .x{ list-style: lower-roman inside }</style>"
    return numbered_lists(sheet, ("", ' class="points"', ' class="sub"'))


def lists_by_depth() -> str:
    """The same, with the letters told by how deep a list lies in others."""
    sheet = "<style>ol ol{list-style-type:lower-alpha}ol > li > ol > ol, ol ol ol{list-style:lower-roman}</style>"
    return numbered_lists(sheet, ("", "", ""))


def lists_going_on() -> str:
    """Each paragraph in a list of its own that goes on counting, points with values."""

    def points(many: Sequence[Paragraph]) -> Iterator[str]:
        for number, one in enumerate(many, start=1):
            inner = "".join(f'<li value="{n}">{esc(sub.words)}</li>' for n, sub in enumerate(one.points, start=1))
            inner = f'<ol style="list-style-type: lower-roman">{inner}</ol>' if inner else ""
            yield f'<ol type="a"><li value="{number}"><p>{esc(one.words)}</p>{inner}</li></ol>'

    def paragraph(number: int, one: Paragraph) -> str:
        if not one.mark:
            return f"<p>{esc(one.words)}</p>"
        return f'<ol start="{number}"><li><p>{esc(one.words)}</p>{"".join(points(one.points))}</li></ol>'

    def article(one: Article) -> str:
        return _headed(one) + "".join(paragraph(n, row) for n, row in enumerate(one.paragraphs, start=1))

    return page(f"<body>{built(article)}</body>")


def marks_in_the_words() -> str:
    """Ordered lists whose items carry their marks themselves, as a style sheet hides those of the list."""

    def items(many: Sequence[Paragraph]) -> str:
        inner = "".join(f"<li>{one.mark} {esc(one.words)}{items(one.points)}</li>" for one in many)
        return f"<ol>{inner}</ol>" if inner else ""

    def article(one: Article) -> str:
        return _headed(one) + (items(one.paragraphs) if one.paragraphs[0].mark else rows(one.paragraphs))

    return page(f"<body>{built(article)}</body>")


def items_are_articles() -> str:
    """Each article an item of a list without marks."""

    def article(one: Article) -> str:
        return f"<ul><li><strong>Article {one.number}</strong><br>{esc(one.name)}{rows(one.paragraphs)}</li></ul>"

    return page(f"<body>{built(article)}</body>")


def terms_are_articles() -> str:
    """Each article a term, its words the description."""

    def article(one: Article) -> str:
        return f"<dl><dt>Article {one.number}</dt><dd><em>{esc(one.name)}</em>{rows(one.paragraphs)}</dd></dl>"

    return page(f"<body>{built(article)}</body>")


def rows_are_articles() -> str:
    """Each article a row of a table."""

    def article(one: Article) -> str:
        return f"<tr><td>Article {one.number}</td><td><p>{esc(one.name)}</p>{rows(one.paragraphs)}</td></tr>"

    def wide_row(text: str) -> str:
        return f'<tr><td colspan="2">{esc(text)}</td></tr>'

    body = built(article, title=wide_row, line=wide_row, heading=wide_row)
    return page(f"<body><table>{body}</table></body>")


# -- typewriters, word processors, the nineties ------------------------------------------------------------------


def word_processor() -> str:
    """What a word processor saves as a web page: paragraphs of one class, marks of lists in conditional comments."""

    def row(text: str, mark: str = "") -> str:
        blanks = "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span>"
        listed = f"<![if !supportLists]><span style='mso-list:Ignore'>{mark}{blanks}</span><![endif]>" if mark else ""
        return f"<p class=MsoNormal>{listed}<span lang=EN-GB>{esc(text)}<o:p></o:p></span></p>"

    def inner(many: Sequence[Paragraph]) -> str:
        return "".join(row(one.words, one.mark) + inner(one.points) for one in many)

    def centred(text: str) -> str:
        return f"<p class=MsoNormal align=center style='text-align:center'><b>{text}</b><o:p></o:p></p>"

    def article(one: Article) -> str:
        number = f'<a name="_Toc{one.number}"><span lang=EN-US>Article {one.number}</span></a>'
        blank = "<p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        return centred(number) + centred(esc(one.name)) + inner(one.paragraphs) + blank

    contents = "".join(
        f'<p class=MsoToc1><a href="#_Toc{one.number}">Article {one.number}<span>. </span>{n}</a></p>'
        for n, one in enumerate(articles_of(TREATY), start=2)
    )
    body = built(
        article,
        title=lambda text: f"<p class=MsoTitle><b>{esc(text)}</b></p>{contents}",
        line=row,
        heading=lambda text: centred(esc(text)),
    )
    mark = "<a style='mso-footnote-id:ftn1' href='#_ftn1' name='_ftnref1'><span>[1]</span></a>"
    body = body.replace("in equal shares.", f"in equal shares.{mark}")
    note = f"<a href='#_ftnref1' name='_ftn1'><span>[1]</span></a> {NOTE}"
    notes = (
        "<div style='mso-element:footnote-list'><![if !supportFootnotes]><br clear=all><hr width='33%'><![endif]>"
        f"<div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText>{note}</p></div></div>"
    )
    island = "<xml><o:DocumentProperties><o:Author>Olga</o:Author></o:DocumentProperties></xml>"
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Word 15">'
        f"<title>{TITLE}</title><!--[if gte mso 9]>{island}<![endif]-->"
        "<style><!-- p.MsoNormal {margin:0cm} --></style></head>"
        f"<body lang=EN-GB><div class=WordSection1>{body}</div>{notes}</body></html>"
    )


def shared_document() -> str:
    """A document of an office on the web: every few letters a span of their own."""

    def spans(text: str) -> str:
        return f'<span class="c2">{esc(text[:9])}</span><span class="c4">{esc(text[9:])}</span>'

    def article(one: Article) -> str:
        number = f'<p class="c1"><span class="c2">Article </span><span class="c2">{one.number}</span></p>'
        name = f'<p class="c1"><span>{esc(one.name)}</span></p>'
        return number + name + "".join(f'<p class="c3">{spans(line)}</p>' for line in body_lines(one.paragraphs))

    return page(f'<body class="doc-content">{built(article)}</body>')


def spans_as_blocks() -> str:
    """Spans that a style makes lines of their own."""

    def line(text: str) -> str:
        return f'<span style="display:block">{esc(text)}</span>'

    def article(one: Article) -> str:
        return "".join(map(line, [f"Article {one.number}", one.name, *body_lines(one.paragraphs)]))

    return page(f"<body>{built(article, title=line, line=line, heading=line)}</body>")


def one_paragraph() -> str:
    """The whole treaty in one paragraph, its lines parted by breaks."""
    return page(f'<body><p><font size="2">{"<br><br>".join(map(esc, lines()))}</font></p></body>')


def bold_number_and_breaks() -> str:
    """Each article one paragraph: number and name in bold, breaks between all lines."""

    def article(one: Article) -> str:
        text = "<br>".join(map(esc, body_lines(one.paragraphs)))
        return f"<p><b>Article {one.number}<br>{esc(one.name)}</b><br>{text}</p>"

    return page(f"<body>{built(article)}</body>")


def preformatted() -> str:
    """Typewriter text, wrapped at sixty columns, its headings in the middle."""

    def typed(line: str) -> str:
        return textwrap.fill(line, 60) if len(line) > 60 else line.center(60) if line.isupper() else line

    return page("<body><pre>\n" + esc("\n\n".join(map(typed, lines()))) + "\n</pre></body>")


def wrapped_by_breaks() -> str:
    """Typewriter text with a break at the end of every line."""
    blocks = ["<br>\n".join(map(esc, textwrap.wrap(line, 64))) for line in lines()]
    whole = "<br>\n<br>\n".join(blocks)
    return page(f"<body><p>{whole}</p></body>")


def layout_tables() -> str:
    """The nineties: tables within tables for the layout, font tags, blanks to indent, end tags left out."""

    def inner(many: Sequence[Paragraph], depth: int = 0) -> str:
        font = f'<P><FONT FACE="Arial" SIZE=2>{"&nbsp;" * 4 * depth}'
        return "".join(f"{font}{one.mark}&nbsp; {esc(one.words)}</FONT>{inner(one.points, depth + 1)}" for one in many)

    def article(one: Article) -> str:
        number = f"<P ALIGN=CENTER><FONT SIZE=3><B>Article {one.number}</B></FONT>"
        return f"{number}<P ALIGN=CENTER><I>{esc(one.name)}</I>{inner(one.paragraphs)}<P ALIGN=right>"

    body = built(
        article,
        title=lambda text: f"<CENTER><H2>{esc(text)}</H2></CENTER>",
        line=lambda text: f"<P>{esc(text)}",
        heading=lambda text: f"<P ALIGN=CENTER><B>{esc(text)}</B>",
    )
    menu = "<BR>".join(f'<A HREF="/{name}.htm"><FONT COLOR=white>{name}</FONT></A>' for name in MENU)
    table = f"<TABLE CELLPADDING=8><TR><TD>{body}</TD></TR></TABLE>"
    return (
        f"<HTML><HEAD><TITLE>{TITLE}</TITLE></HEAD><BODY BGCOLOR=#FFFFFF><TABLE WIDTH=640><TR><TD VALIGN=top "
        f"BGCOLOR=navy>{menu}</TD><TD>{table}</TD></TR></TABLE>"
        '<A HREF="/">Homepage</A> | <A HREF="/c">Contact</A></BODY></HTML>'
    )


def everything_centred() -> str:
    """A page in the middle of which everything stands."""

    def article(one: Article) -> str:
        return f"<p><b>Article {one.number}</b><p><b>{esc(one.name)}</b>{rows(one.paragraphs)}"

    return page(f"<body><center>{built(article)}</center></body>")


def bold_paragraphs() -> str:
    """No headings at all: paragraphs in bold."""

    def bold(text: str) -> str:
        return f"<p><strong>{esc(text)}</strong></p>"

    def article(one: Article) -> str:
        return bold(f"Article {one.number}") + bold(one.name) + rows(one.paragraphs)

    return page(f'<body><div class="field-item">{built(article, title=bold, heading=bold)}</div></body>')


def broken_words() -> str:
    """Words broken by marks of style, soft hyphens and places where a line may break; blanks that do not break."""
    body = simple().replace("Article ", "Art<b>icle</b>&nbsp;").replace("Parties", "Par&shy;ties")
    body = body.replace("Treaty", '<span class="caps">T</span>reaty').replace("tower", "to&#8203;wer")
    return page(f"<body>{body.replace('lamp', 'la<wbr>mp')}</body>")


def footnotes() -> str:
    """Raised marks, with notes at the end under a rule and links there and back."""
    body = simple().replace("in equal shares.", 'in equal shares.<sup><a href="#fn1" id="r1">1</a></sup>')
    body = body.replace("is final.", "is final.<sup>2</sup>").replace("until the award", "until<sup>*</sup> the award")
    note = f'<li id="fn1"><p>{NOTE} <a href="#r1">↩</a></p></li>'
    notes = f'<hr><section class="footnotes" role="doc-endnotes"><ol>{note}</ol></section>'
    return page(f"<body><article>{body}</article>{notes}</body>")


# -- languages -------------------------------------------------------------------------------------------------


def two_columns() -> str:
    """Two languages side by side in a table, nothing marked."""
    pairs = zip(lines(), lines(FRENCH), strict=True)
    cells = "".join(f"<tr><td>{esc(a)}</td><td>{esc(b)}</td></tr>" for a, b in pairs)
    return page(f"<body><table>{cells}</table></body>")


def two_columns_by_article() -> str:
    """Two languages side by side, each article in one cell of each column."""

    def cells(treaty: Text) -> Iterator[str]:
        yield "".join(f"<p>{esc(line)}</p>" for line in (treaty.title, *treaty.preamble))
        for group in treaty.all_groups():
            if group is treaty.annex:
                yield "".join(f"<p>{esc(line)}</p>" for line in treaty.closing)
            for position, article in enumerate(group.articles):
                one = Group(() if position else group.headings, (article,))
                yield "".join(f"<p>{esc(line)}</p>" for line in group_lines(treaty, one))

    pairs = zip(cells(FRENCH), cells(TREATY), strict=True)
    return page(f"<body><table>{''.join(f'<tr><td>{a}</td><td>{b}</td></tr>' for a, b in pairs)}</table></body>")


def alternating() -> str:
    """Two languages, a paragraph of one below that of the other."""
    pairs = zip(lines(), lines(FRENCH), strict=True)
    return page(f"<body>{''.join(f'<p>{esc(a)}</p><p><i>{esc(b)}</i></p>' for a, b in pairs)}</body>")


def one_after_the_other() -> str:
    """The whole treaty in one language, then in the other."""
    return page(f"<body><div>{simple()}</div><hr><div>{simple(FRENCH)}</div></body>")


def language_tabs() -> str:
    """Each language behind a tab, marked; the other one is shown."""
    switch = '<ul class="language-switcher"><li><a href="#fr">Français</a></li><li><a href="#en">English</a></li></ul>'
    other = f'<div lang="fr" id="fr">{simple(FRENCH)}</div>'
    return page(f'<body>{switch}{other}<div lang="en" id="en" style="display:none">{simple()}</div></body>')


def marks_of_languages_in_words() -> str:
    """Words of other languages marked as such, and an English paragraph that a program took for French."""
    body = simple().replace("award is final", 'award is <i lang="la">final</i>')
    body = body.replace("<p>Any", "<p lang=en>Any").replace("<p>The costs", "<p lang=fr>The costs")
    return page(f'<body lang="en">{body}</body>')


# -- encodings -------------------------------------------------------------------------------------------------


def western(charset: str) -> bytes:
    """A page in an encoding of the West, with curly quotation marks."""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    return page(f"<body>{simple()}</body>", head=meta).encode("cp1252")


def xhtml() -> bytes:
    """A page that is XML, declared to be Latin-1."""
    body = simple().replace("“", '"').replace("”", '"').replace("’", "'")
    return (
        '<?xml version="1.0" encoding="iso-8859-1"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
        '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>{TITLE}</title></head><body>{body}<br /><hr /></body></html>"
    ).encode("iso-8859-1")


def wide() -> bytes:
    """A page in UTF-16 that says so twice."""
    return page(f"<body>{simple()}</body>", head='<meta charset="utf-16">').encode("utf-16")


LAYOUTS: tuple[Callable[[], str | bytes], ...] = (
    journal_tables, grids, term_lists, statute_spans, numbered_lists, lists_in_style_sheet, lists_by_depth,
    lists_going_on, marks_in_the_words, items_are_articles, terms_are_articles, rows_are_articles, word_processor,
    shared_document, spans_as_blocks, one_paragraph, bold_number_and_breaks, preformatted, wrapped_by_breaks,
    layout_tables, everything_centred, bold_paragraphs, broken_words, footnotes, two_columns, two_columns_by_article,
    alternating, one_after_the_other, language_tabs, marks_of_languages_in_words, xhtml, wide,
)  # fmt: skip
