"""What Slack takes as an interactive element, a composition object or a piece of rich text."""

from typing import Any

from slack_checks import PLAIN, Findings

SELECTS = frozenset(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
PICKERS = frozenset(("datepicker", "timepicker", "datetimepicker"))
CHOICES = frozenset(("checkboxes", "radio_buttons"))
IN_ACTIONS = SELECTS | PICKERS | CHOICES | {"button", "overflow", "workflow_button"}
IN_SECTION = IN_ACTIONS | {"image"}
IN_INPUT = (
    SELECTS
    | PICKERS
    | CHOICES
    | {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}
)
IN_CONTEXT_ACTIONS = frozenset(("feedback_buttons", "icon_button"))

_RICH_CONTAINERS = {
    "rich_text_section": "",
    "rich_text_quote": "border",
    "rich_text_preformatted": "border language",
    "rich_text_list": "style indent offset border",
}
_RICH_INLINE = {
    "text": ("text", "style"),
    "link": ("url", "text unsafe style"),
    "user": ("user_id", "style"),
    "usergroup": ("usergroup_id", "style"),
    "channel": ("channel_id", "style"),
    "team": ("team_id", "style"),
    "broadcast": ("range", "style"),
    "emoji": ("name", "unicode skin_tone url style"),
    "date": ("timestamp format", "url fallback style"),
    "color": ("value", "style"),
}
_STYLES = frozenset(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"))


def check_element(found: Findings, element: Any, where: str, allowed: frozenset[str]) -> None:
    """An element of a block that takes these types of elements."""
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in allowed:
        found.add(f"{where}/type", f"unsupported element type: {kind}")
        return
    found.strings(element, where, action_id=255)
    if "confirm" in element:
        _confirm(found, element["confirm"], f"{where}/confirm")
    if kind == "button":
        found.fields(element, where, "text", "action_id url value style confirm accessibility_label agent_prompt")
        found.texts(element, where, PLAIN, text=75)
        found.strings(element, where, url=3000, value=2000, accessibility_label=75, agent_prompt=4000)
        if element.get("style", "primary") not in ("primary", "danger"):
            found.add(f"{where}/style", "must be one of: primary, danger")
    elif kind == "image":
        check_image(found, element, where, "")
    elif kind == "feedback_buttons":
        found.fields(element, where, "positive_button negative_button", "action_id")
        for name in ("positive_button", "negative_button"):
            _feedback_button(found, element.get(name), f"{where}/{name}")
    elif kind == "icon_button":
        found.fields(element, where, "icon text", "action_id value confirm accessibility_label visible_to_user_ids")
        found.texts(element, where, PLAIN, text=75)
        found.strings(element, where, value=2000, accessibility_label=75)
    elif kind == "plain_text_input":
        _text_input(found, element, where)
    elif kind == "overflow":
        found.fields(element, where, "options", "action_id confirm")
        _options(found, element, where, 5)
    elif kind in CHOICES:
        _options(found, element, where, 10)
    elif kind in ("static_select", "multi_static_select"):
        found.texts(element, where, PLAIN, placeholder=150)
        _options(found, element, where, 100)


def check_image(found: Findings, image: Any, where: str, more: str) -> None:
    """An image, as a block or as an element."""
    if found.fields(image, where, "alt_text", f"image_url slack_file {more}"):
        found.strings(image, where, image_url=3000, alt_text=2000)
        if ("image_url" in image) == ("slack_file" in image):
            found.add(where, "must provide one of: image_url, slack_file")


def _feedback_button(found: Findings, button: Any, where: str) -> None:
    if found.fields(button, where, "text value", "accessibility_label"):
        found.texts(button, where, PLAIN, text=75)
        found.strings(button, where, value=2000, accessibility_label=75)


def _confirm(found: Findings, confirm: Any, where: str) -> None:
    if found.fields(confirm, where, "title text confirm deny", "style"):
        found.texts(confirm, where, PLAIN, title=100, confirm=30, deny=30)
        found.texts(confirm, where, text=300)


def _text_input(found: Findings, element: dict[str, Any], where: str) -> None:
    found.fields(
        element,
        where,
        "",
        "action_id initial_value multiline min_length max_length dispatch_action_config focus_on_load placeholder",
    )
    found.texts(element, where, PLAIN, placeholder=150)
    fewest, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not 0 <= fewest <= 3000:
        found.add(f"{where}/min_length", "must be between 0 and 3000")
    if not 1 <= most <= 3000:
        found.add(f"{where}/max_length", "must be between 1 and 3000")
    if fewest > most:
        found.add(where, "min_length must be at most max_length")
    if "initial_value" in element:
        found.string(element["initial_value"], f"{where}/initial_value", most, shortest=0)


def _options(found: Findings, element: dict[str, Any], where: str, most: int) -> None:
    if "option_groups" in element and "options" not in element:
        return
    for place, option in found.items(element.get("options"), f"{where}/options", most):
        if found.fields(option, place, "text", "value description url"):
            found.texts(option, place, text=75, description=75)
            found.strings(option, place, value=150, url=3000)


def check_rich_text(found: Findings, block: dict[str, Any], where: str) -> None:
    """The parts of a rich text block: sections, lists of sections, quotes, preformatted text."""
    for place, part in found.items(block.get("elements"), f"{where}/elements", None):
        _rich_part(found, part, place, frozenset(_RICH_CONTAINERS))


def _rich_part(found: Findings, part: Any, where: str, allowed: frozenset[str]) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind not in allowed:
        found.add(f"{where}/type", f"unsupported rich text type: {kind}")
        return
    required = "elements style" if kind == "rich_text_list" else "elements"
    found.fields(part, where, required, _RICH_CONTAINERS[kind])
    if kind == "rich_text_list":
        if part.get("style") not in ("bullet", "ordered"):
            found.add(f"{where}/style", "must be one of: bullet, ordered")
        if not 0 <= part.get("indent", 0) <= 8:
            found.add(f"{where}/indent", "must be between 0 and 8")
    if part.get("border", 0) not in (0, 1):
        found.add(f"{where}/border", "must be 0 or 1")
    for place, element in found.items(part.get("elements"), f"{where}/elements", None):
        if kind == "rich_text_list":
            _rich_part(found, element, place, frozenset({"rich_text_section"}))
        else:
            _rich_inline(found, element, place, only_text=kind == "rich_text_preformatted")


def _rich_inline(found: Findings, element: Any, where: str, *, only_text: bool) -> None:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in _RICH_INLINE or (only_text and kind not in ("text", "link")):
        found.add(f"{where}/type", f"unsupported rich text type: {kind}")
        return
    found.fields(element, where, *_RICH_INLINE[kind])
    # An empty text refuses the whole message, and so does the empty text of a link.
    found.strings(element, where, text=None, url=3000, name=None)
    if kind == "broadcast" and element.get("range") not in ("here", "channel", "everyone"):
        found.add(f"{where}/range", "must be one of: here, channel, everyone")
    style = element.get("style", {})
    if not isinstance(style, dict) or style.keys() - _STYLES or not all(isinstance(on, bool) for on in style.values()):
        found.add(f"{where}/style", "invalid style")
