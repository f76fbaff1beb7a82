"""The templates of the pages: everything put into them is escaped, unless it is markup already."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from service.web.answers import link_citations, quotation_url

WEB_FOLDER = Path(__file__).parent.parent / "web"

_environment = Environment(
    loader=FileSystemLoader(WEB_FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["link_citations"] = link_citations
_environment.filters["quotation_url"] = quotation_url


def render_page(template: str, context: Mapping[str, Any], *, status_code: int = 200) -> HTMLResponse:
    """The page a template makes of a context; a name missing in it is an error, not a blank."""
    return HTMLResponse(_environment.get_template(template).render(context), status_code=status_code)
