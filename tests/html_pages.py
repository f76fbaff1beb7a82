"""The treaty on sites: weblogs, wikis, accordions, tabs, contents, menus, banners and what else is set around it.

``SITES`` are the kinds of page; all of them say the treaty's words and, beside them, only the page's own.
"""

from collections.abc import Callable

from html_parts import (
    ASIDE,
    BANNER,
    COMMENTS,
    FOOTER,
    MENU,
    NOTE,
    RELATED,
    articles_of,
    built,
    esc,
    links,
    page,
    rows,
    simple,
    simple_group,
    site_footer,
    site_header,
)
from html_treaty import TITLE, TREATY, Article

# -- weblogs, wikis, systems -----------------------------------------------------------------------------------


def weblog() -> str:
    """A weblog: cookie banner, sidebar, sharing, related posts, comments with a form, all in divisions."""
    comments = "".join(f'<li class="comment"><div class="comment-body"><p>{c}</p></div></li>' for c in COMMENTS)
    return page(
        f"""<body class="single post has-sidebar"><div id="cookie-notice"><p>{BANNER}</p><button>OK</button></div>
        <div id="page" class="site"><div class="site-header"><div class="site-branding">Ministry</div>
        <div class="main-navigation menu-container">{links(MENU)}</div></div>
        <div class="breadcrumbs"><a href="/">Homepage</a> » <a href="/n">Newsroom</a></div>
        <div id="primary" class="content-area"><div class="hentry post-17"><div class="entry-header">
        <div class="entry-meta">Posted on 3 June by <span class="author">admin</span></div></div>
        <div class="entry-content">{simple()}<div class="sharedaddy"><p>Share this:</p>{links(["Tweet", "Email"])}</div>
        </div></div><div class="related-posts"><h3>Related posts</h3>{links(RELATED)}</div>
        <div id="comments" class="comments-area"><h2>Two thoughts</h2><ol class="comment-list">{comments}</ol>
        <form><p>Leave a reply</p><textarea></textarea></form></div></div>
        <div id="secondary" class="widget-area"><div class="widget"><h2>Archives</h2><p>{ASIDE}</p></div></div>
        <div class="site-footer"><p>{FOOTER}</p></div></div></body>"""
    )


def encyclopedia() -> str:
    """A wiki: a box of facts, contents, marks of notes, [edit] at the headings, the notes, categories."""
    edit = '<span class="mw-editsection">[<a href="/edit">edit</a>]</span>'

    def heading(text: str, level: int = 2) -> str:
        named = f'<span class="mw-headline" id="{text.replace(" ", "_")}">{esc(text)}</span>'
        return f'<div class="mw-heading"><h{level}>{named}</h{level}>{edit}</div>'

    def article(one: Article) -> str:
        mark = '<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">[1]</a></sup>'
        text = rows(one.paragraphs)
        text = text.replace("</p>", f"{mark}</p>", 1) if one.number == "4" else text
        return heading(f"Article {one.number}", 3) + f"<p><i>{esc(one.name)}</i></p>" + text

    entries = "".join(
        f'<li><a href="#Article_{one.number}"><span class="tocnumber">{n}</span> Article {one.number}</a></li>'
        for n, one in enumerate(articles_of(TREATY), start=1)
    )
    contents = f'<div id="toc" class="toc"><div class="toctitle"><h2>Contents</h2></div><ul>{entries}</ul></div>'
    body = built(article, title=lambda text: "", heading=heading)
    return page(
        f"""<body class="mediawiki"><div id="mw-page-base" class="noprint"></div><div id="content" class="mw-body"
        role="main"><a id="top"></a><h1 id="firstHeading">{TITLE}</h1><div id="siteSub" class="noprint">Library</div>
        <a class="mw-jump-link" href="#searchInput">Jump to search</a>
        <div class="mw-parser-output"><table class="infobox"><tr><th>Signed</th><td>Venn</td></tr><tr><th>Languages</th>
        <td>Arvenian</td></tr></table>{contents}{body}
        <div class="mw-references-wrap reflist"><ol class="references"><li id="cite_note-1">
        <a href="#cite_ref-1">↑</a> <span class="reference-text">{NOTE}</span></li></ol></div></div>
        <div id="catlinks" class="catlinks"><a href="/c">Category</a>: <ul><li><a href="/l">Ports</a></li></ul></div>
        </div><div id="mw-navigation"><div id="mw-panel" role="navigation">{links(MENU)}</div></div>
        <div id="footer" role="contentinfo"><p>{FOOTER}</p></div></body>"""
    )


def fields_of_a_system() -> str:
    """A content management system: each part of the text in fields within fields within regions."""

    def deep(text: str, *names: str) -> str:
        for name in reversed(names):
            text = f'<div class="{name}">{text}</div>'
        return text

    def article(one: Article) -> str:
        text = f'<h3 class="field__label">Article {one.number}</h3><h4>{esc(one.name)}</h4>{rows(one.paragraphs)}'
        return deep(text, "paragraph paragraph--type--article", "field field--name-field-body", "field__item")

    text = deep(built(article), "layout-container", "region region-content", "block block-main-block", "node__content")
    return page(
        f"""<body class="path-node"><div class="visually-hidden focusable skip-link"><a href="#main">Skip to main
        content</a></div><div class="region region-header"><div class="block-menu">{links(MENU)}</div></div>
        <div role="complementary"><p>{ASIDE}</p></div>{text}<div class="region region-footer" role="contentinfo">
        <p>{FOOTER}</p></div></body>"""
    )


def form_around_all() -> str:
    """A page that is one form, as some servers make all their pages."""
    return page(
        f"""<body><form id="aspnetForm" action="t.aspx" method="post"><input type="hidden" name="__VIEWSTATE" value="d">
        <div class="header-menu">{links(MENU)}</div><div id="search"><input name="q"><button>Go</button></div>
        <div id="ctl00_Content">{simple()}</div><div id="footer">{FOOTER}</div></form></body>"""
    )


def site_with_main() -> str:
    """A site as the standard has it, with the title in the page's header."""
    body = simple().replace(f"<h1>{TITLE}</h1>", "")
    return page(
        f"""<body><header><p><a href="/">Ministry</a></p><h1>{TITLE}</h1></header><nav>{links(MENU)}</nav>
        <div><p>{BANNER}</p></div><main>{body}</main><aside>{ASIDE}</aside>
        <div class="x7"><p>{COMMENTS[1]}</p></div>{site_footer()}</body>"""
    )


def title_in_header() -> str:
    """A page without a main part, the title in its header."""
    body = simple().replace(f"<h1>{TITLE}</h1>", "")
    return page(f"<body><header><h1>{TITLE}</h1>{links(MENU)}</header><div>{body}</div></body>")


def for_telephones() -> str:
    """A page that has its words twice, one of them for telephones and hidden."""
    return page(f'<body><div class="desktop">{simple()}</div><div class="mobile" hidden>{simple()}</div></body>')


def programs() -> str:
    """Programs, data for search engines, pictures, controls between the words."""
    script = '<script>var lamp = "burning <b>bright</b>";</script><button>Copy link</button><h3'
    body = simple().replace("<h3", script, 3)
    data = '<script type="application/ld+json">{"@type": "Legislation", "name": "Herring"}</script>'
    return page(
        f"""<body>{data}<noscript><img src="x.gif">Enable JavaScript.</noscript><template><p>Herring</p></template>
        <svg><title>Logo</title><text>Herring</text></svg>{body}<select><option>Arvenian</option></select>
        <iframe src="/ad"></iframe></body>"""
    )


def linked_terms() -> str:
    """Defined terms and references are links."""
    body = simple().replace("Article 2.", 'Article <a href="#aCHAPTER I2">2</a>.')
    body = body.replace("lamp burning", '<a href="/glossary#lamp">lamp</a> burning')
    return page(f'<body><div class="content">{body}</div><div>{links(RELATED)}</div></body>')


def menus_without_names() -> str:
    """Menus, tools and a trail that nothing but their links tells, and the notice of whoever made the page."""
    trail = '<p><a href="/">Homepage</a> &gt; <a href="/t">Newsroom</a></p>'
    tools = '<div class="x1"><a href="/p">Print</a> <a href="/e">Email</a></div>'
    return page(f"<body>{tools}{trail}{simple()}<p>© 2031 Ministry</p></body>")


# -- articles that open ------------------------------------------------------------------------------------------


def accordion() -> str:
    """An accordion: each article behind a button in its heading, closed at first; a hidden dialog with a form."""

    def article(one: Article) -> str:
        place = f"c{one.number}{one.name[0]}"
        button = (
            f'<button class="accordion-button collapsed" data-bs-toggle="collapse" data-bs-target="#{place}" '
            f'aria-expanded="false">Article {one.number}<br>{esc(one.name)}</button>'
        )
        return (
            f'<div class="accordion-item card"><h3 class="accordion-header card-header">{button}</h3><div id="{place}" '
            f'class="accordion-collapse collapse" style="display: none"><div class="card-body">{rows(one.paragraphs)}'
            "</div></div></div>"
        )

    dialog = (
        f'<div class="modal fade" style="display:none" role="dialog"><div class="modal-body"><p>{ASIDE}</p>'
        '<input name="mail"><button>Send</button></div></div>'
    )
    body = f'<div class="container accordion">{built(article)}</div>'
    return page(f"<body>{site_header()}{body}{dialog}{site_footer()}</body>")


def buttons_alone() -> str:
    """An accordion whose buttons stand in no heading."""

    def article(one: Article) -> str:
        panel = f'<div class="panel" style="display:none"><h4>{esc(one.name)}</h4>{rows(one.paragraphs)}</div>'
        return f'<button class="accordion">Article {one.number}</button>{panel}'

    return page(f"<body>{built(article)}</body>")


def toggled_links() -> str:
    """An accordion of links: to the panel under each, or to a program."""

    def article(one: Article) -> str:
        attributes = (
            f'data-toggle="collapse" href="#k{one.number}"' if int(one.number) % 2 else 'href="javascript:void(0)"'
        )
        return (
            f'<div class="panel panel-default"><div class="panel-heading"><a class="toggle" {attributes}>'
            f'Article {one.number}</a></div><div id="k{one.number}" class="panel-collapse collapse">'
            f"<h5>{esc(one.name)}</h5>{rows(one.paragraphs)}</div></div>"
        )

    return page(f"<body>{built(article)}</body>")


def details() -> str:
    """Each article in an element that opens."""

    def article(one: Article) -> str:
        return (
            f"<details><summary>Article {one.number}</summary><h4>{esc(one.name)}</h4>{rows(one.paragraphs)}</details>"
        )

    return page(f"<body><nav>{links(MENU)}</nav><main>{built(article)}</main>{site_footer()}</body>")


def tabs() -> str:
    """Tabs: the numbers of the articles stand in a list at the top, their words in panes, all but one hidden."""
    parts = [f"<h1>{esc(TITLE)}</h1>", *(f"<p>{esc(line)}</p>" for line in TREATY.preamble)]
    pane = 0
    for group in TREATY.groups:
        labels, panes = [], []
        for one in group.articles:
            pane += 1
            hidden = "" if pane == 1 else ' style="display:none" aria-hidden="true"'
            labels.append(
                f'<li role="presentation"><a role="tab" aria-controls="pane{pane}" href="#pane{pane}">'
                f"Article {one.number}</a></li>"
            )
            panes.append(
                f'<div role="tabpanel" class="tab-pane" id="pane{pane}"{hidden}><p><b>{esc(one.name)}</b></p>'
                f"{rows(one.paragraphs)}</div>"
            )
        parts += [f"<h2>{esc(line)}</h2>" for line in group.headings]
        parts.append(f'<ul class="nav nav-tabs" role="tablist">{"".join(labels)}</ul>')
        parts.append(f'<div class="tab-content">{"".join(panes)}</div>')
    parts += [f"<p>{esc(line)}</p>" for line in TREATY.closing]
    parts += simple_group(TREATY, TREATY.annex, 2)
    menu = f'<div class="offcanvas" style="display:none">{links(MENU)}<p>{ASIDE}</p></div>'
    return page(f'<body>{menu}<div class="container">{"".join(parts)}</div></body>')


def hidden_at_first() -> str:
    """A treaty that is shown only when a program says so."""
    return page(f'<body><div class="spinner" hidden></div><div style="display:none">{simple()}</div></body>')


def articles_of_a_page() -> str:
    """Each article of the treaty an <article> of the page, with links to commentaries."""

    def article(one: Article) -> str:
        return (
            f"<article><header><h3>Article {one.number}</h3></header><h4>{esc(one.name)}</h4>{rows(one.paragraphs)}"
            '<footer class="no-print"><a href="/c">Commentary</a></footer></article>'
        )

    return page(f'<body>{site_header()}<div class="treaty">{built(article)}</div>{site_footer()}</body>')


def sections_with_odd_names() -> str:
    """Each article a section whose names say that it is something else."""

    def article(one: Article) -> str:
        return (
            f'<section class="related-provision comments" id="share"><h3>Article {one.number}</h3>'
            f"<h4>{esc(one.name)}</h4>{rows(one.paragraphs)}</section>"
        )

    return page(f"<body>{built(article)}</body>")


def only_the_articles_are_main() -> str:
    """An <article> that holds the articles of the body, with the preamble before it and the annex behind it."""
    groups = "".join("".join(simple_group(TREATY, group, 2)) for group in TREATY.groups)
    before = f"<h1>{TITLE}</h1><div>{''.join(f'<p>{esc(line)}</p>' for line in TREATY.preamble)}</div>"
    behind = "".join(f"<p>{esc(line)}</p>" for line in TREATY.closing) + "".join(simple_group(TREATY, TREATY.annex, 2))
    return page(f"<body>{before}<article>{groups}</article>{behind}</body>")


# -- contents --------------------------------------------------------------------------------------------------


def contents_in_page() -> str:
    """Contents as links at the top, a link back under each article, a sign to copy each heading's address."""
    anchors = [(f"a{g.headings[0]}{a.number}", f"Article {a.number}") for g in TREATY.all_groups() for a in g.articles]
    contents = "".join(f'<a href="#{place}">{name}</a><br>\n' for place, name in anchors)
    sign = '<a class="anchor" href="#x" title="Copy">¶</a></h3>'
    body = simple().replace("</h3>", sign).replace("<h3", '<p><a href="#top">Back to top</a></p><h3')
    return page(f'<body><a name="top"></a><h4>Contents</h4>\n{contents}\n<hr>{body}</body>')


def contents_by_chapter() -> str:
    """Contents with the chapters between the links, and headings that lead back to them."""
    entries = "".join(
        f"<p>{group.headings[0].title()}</p><ul>"
        + "".join(f'<li><a href="#x{one.number}">Article {one.number} {one.name}</a></li>' for one in group.articles)
        + "</ul>"
        for group in TREATY.groups
    )

    def article(one: Article) -> str:
        heading = f'<h3><a name="x{one.number}" href="#toc">Article {one.number}</a></h3><h4>{esc(one.name)}</h4>'
        return heading + rows(one.paragraphs)

    return page(f'<body><div id="toc"><b>Table of contents</b>{entries}</div><div>{built(article)}</div></body>')


def contents_of_other_pages() -> str:
    """Contents whose links lead to a page for each article."""
    entries = "".join(f'<li><a href="a{n}.html">Article {n}</a></li>' for n in range(1, 8))
    return page(f'<body><div><ul class="x">{entries}</ul></div><div>{simple()}</div></body>')


def print_view() -> str:
    """A view for printing: an anchor before every block, the page numbers of the printed edition in the text."""
    body = simple().replace("Parties shall", 'Parties <span class="pagenum">[p. 12]</span>shall')
    for n in range(400):
        body = body.replace("\n<p>", f'\n<a name="anc{n}"></a><P >', 1)
    return page(f'<body onload="window.print()"><a href="javascript:window.print()">Print</a>{body}</body>')


SITES: tuple[Callable[[], str], ...] = (
    weblog, encyclopedia, fields_of_a_system, form_around_all, site_with_main, title_in_header, for_telephones,
    programs, linked_terms, menus_without_names, accordion, buttons_alone, toggled_links, details, tabs,
    hidden_at_first, articles_of_a_page, sections_with_odd_names, only_the_articles_are_main, contents_in_page,
    contents_by_chapter, contents_of_other_pages, print_view,
)  # fmt: skip
