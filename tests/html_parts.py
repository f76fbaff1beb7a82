"""What web pages of the tests are put together from: the treaty's parts in elements, and what pages set around it."""

import html
from collections.abc import Callable, Sequence

from html_treaty import TITLE, TREATY, Article, Group, Paragraph, Text, body_lines

# What pages say beside a treaty. None of these words is the treaty's own.
MENU = ("Homepage", "Ministers", "Visas", "Newsroom", "Contact")
BANNER = "We use cookies to improve your experience. Accept everything or manage preferences."
ASIDE = "Subscribe to our newsletter. Popular reading: Ten beaches nobody visits."
RELATED = ("Herring quotas explained", "Ferry timetable published", "Minister opens museum")
COMMENTS = ("Brilliant stuff, thanks!", "Who pays for these bulbs? Typical bureaucrats.")
FOOTER = "Copyright 2031. Privacy policy. Accessibility statement."
NOTE = "Corrected by a procès-verbal dated 1933."


def esc(text: str) -> str:
    return html.escape(text, quote=False)


def page(body: str, head: str = "", title: str = TITLE) -> str:
    """A whole page."""
    return f'<!DOCTYPE html>\n<html lang="en"><head><title>{title} | Ministry</title>{head}</head>{body}</html>'


def links(names: Sequence[str]) -> str:
    """A list of links to other pages."""
    return "<ul>" + "".join(f'<li><a href="/{name[:4]}.html">{name}</a></li>' for name in names) + "</ul>"


def site_header() -> str:
    return f'<header class="site-header"><a href="/">Ministry</a><nav>{links(MENU)}</nav></header>'


def site_footer() -> str:
    return f'<footer class="site-footer"><p>{FOOTER}</p>{links(MENU)}</footer>'


def rows(many: Sequence[Paragraph]) -> str:
    """Paragraphs and the points under them, an element each."""
    return "".join(f"<p>{esc(line)}</p>" for line in body_lines(many))


def simple(treaty: Text = TREATY, start: int = 2) -> str:
    """The treaty in headings and paragraphs."""
    parts = [f"<h{start - 1}>{esc(treaty.title)}</h{start - 1}>", *(f"<p>{esc(line)}</p>" for line in treaty.preamble)]
    for group in treaty.groups:
        parts += simple_group(treaty, group, start)
    parts += [f"<p>{esc(line)}</p>" for line in treaty.closing]
    return "\n".join([*parts, *simple_group(treaty, treaty.annex, start)])


def simple_group(treaty: Text, group: Group, start: int) -> list[str]:
    parts = [f"<h{start}>{'<br>'.join(map(esc, group.headings))}</h{start}>"]
    for article in group.articles:
        place = f'id="a{group.headings[0]}{article.number}"'
        number = treaty.article.format(article.number)
        parts.append(f"<h{start + 1} {place}>{number}<br>{esc(article.name)}</h{start + 1}>")
        parts += [f"<p>{esc(line)}</p>" for line in body_lines(article.paragraphs)]
    return parts


def built(
    article: Callable[[Article], str],
    *,
    title: Callable[[str], str] = lambda text: f"<h1>{esc(text)}</h1>",
    line: Callable[[str], str] = lambda text: f"<p>{esc(text)}</p>",
    heading: Callable[[str], str] = lambda text: f"<h2>{esc(text)}</h2>",
    treaty: Text = TREATY,
) -> str:
    """The treaty with each article made by ``article``, and titles, lines and headings as told."""
    parts = [title(treaty.title), *map(line, treaty.preamble)]
    for group in treaty.groups:
        parts += [*map(heading, group.headings), *map(article, group.articles)]
    parts += [*map(line, treaty.closing), *map(heading, treaty.annex.headings), *map(article, treaty.annex.articles)]
    return "\n".join(parts)


def articles_of(treaty: Text) -> list[Article]:
    """The articles of the body."""
    return [article for group in treaty.groups for article in group.articles]
