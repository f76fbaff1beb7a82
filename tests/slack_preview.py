"""Messages and modals of Slack as a page of HTML, near enough to judge how they read. Needs no network."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from service.slack_app.blocks import Message

Block = Mapping[str, Any]

# Widths and colours as Slack's desktop client has them by day.
_CSS = """
body { margin: 0; padding: 24px; background: #fff; color: #1d1c1d; width: 720px;
  font: 15px/1.46668 Lato, "Liberation Sans", "DejaVu Sans", sans-serif; }
h2 { font-size: 13px; color: #616061; font-weight: 400; margin: 28px 0 8px; border-bottom: 1px solid #ddd; }
.message { display: flex; gap: 8px; padding: 8px 0; max-width: 680px; }
.face { flex: none; width: 36px; height: 36px; border-radius: 8px; background: #4a3f6b; color: #fff;
  font: 700 18px/36px serif; text-align: center; }
.name { font-weight: 900; } .app { font-size: 10px; background: #ebebeb; border-radius: 2px; padding: 1px 3px;
  color: #616061; margin: 0 6px; vertical-align: 1px; } .time { font-size: 12px; color: #616061; }
.block { margin: 0 0 8px; white-space: pre-wrap; overflow-wrap: anywhere; } .block:first-child { margin-top: 4px; }
.quote { border-left: 4px solid #ddd; padding-left: 12px; margin: 4px 0; }
ol, ul { margin: 0; padding-left: 26px; white-space: normal; } li { white-space: pre-wrap; }
a { color: #1264a3; text-decoration: none; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; }
button { font-family: inherit; font-size: 13px; font-weight: 700; color: #1d1c1d; background: #fff; height: 28px;
  border: 1px solid rgba(29,28,29,.3); border-radius: 4px; padding: 0 12px; max-width: 240px; overflow: hidden;
  text-overflow: ellipsis; white-space: nowrap; }
.feedback button { border: 0; color: #616061; font-weight: 400; padding: 0 8px 0 0; }
.context { font-size: 12px; color: #616061; }
.divider { border: 0; border-top: 1px solid #ddd; margin: 12px 0; }
.modal { width: 520px; border: 1px solid #ccc; border-radius: 8px; box-shadow: 0 6px 24px rgba(0,0,0,.18); }
.modal header { font-size: 20px; font-weight: 900; padding: 18px 24px; border-bottom: 1px solid #eee; }
.modal main { padding: 12px 24px; } .modal footer { padding: 14px 24px; border-top: 1px solid #eee; text-align: right; }
.modal footer button { height: 36px; margin-left: 8px; } .modal .send { background: #007a5a; color: #fff; border: 0; }
label { font-weight: 700; display: block; margin-bottom: 6px; }
textarea { box-sizing: border-box; width: 100%; height: 92px; border: 1px solid #868686; border-radius: 4px; }
"""


# Slack draws these itself.
_THUMB = (
    '<svg width="14" height="14" viewBox="0 0 14 14" fill="none" stroke="currentColor" stroke-width="1.2" '
    'style="vertical-align:-2px{}"><path d="M1 6h2.5v7H1zM3.5 6.5L6.5 1'
    "c1.5 0 1.800 1.200 1.5 2.300L7.600 5.5h4.200"
    'c1 0 1.400.8 1.200 1.600l-1.200 4.700c-.2.800-.8 1.200-1.5 1.200H3.5"/></svg>'
)
_UP, _DOWN = _THUMB.format(""), _THUMB.format(";transform:scaleY(-1)")


def page(shown: Sequence[tuple[str, Message | Mapping[str, Any]]]) -> str:
    """A page of messages and views, each under a line that says what it is."""
    parts = [
        f"<h2>{escape(what)}</h2>{_message(one) if isinstance(one, Message) else _view(one)}" for what, one in shown
    ]
    return f'<!doctype html><meta charset="utf-8"><title>Pacta in Slack</title><style>{_CSS}</style>{"".join(parts)}'


def _message(message: Message) -> str:
    head = '<span class="name">Pacta</span><span class="app">APP</span><span class="time">10:24</span>'
    return f'<div class="message"><div class="face">§</div><div>{head}{_blocks(message.blocks)}</div></div>'


def _view(view: Mapping[str, Any]) -> str:
    buttons = f"<button>{_text(view['close'])}</button>"
    if "submit" in view:
        buttons += f'<button class="send">{_text(view["submit"])}</button>'
    return (
        f'<div class="modal"><header>{_text(view["title"])}</header><main>{_blocks(view["blocks"])}</main>'
        f"<footer>{buttons}</footer></div>"
    )


def _blocks(blocks: Sequence[Block]) -> str:
    return "".join(_BLOCKS[block["type"]](block) for block in blocks)


def _rich_text(block: Block) -> str:
    return f'<div class="block">{"".join(map(_element, block["elements"]))}</div>'


def _element(element: Block) -> str:
    inner = element["elements"]
    match element["type"]:
        case "rich_text_section":
            return f"<div>{''.join(map(_run, inner))}</div>"
        case "rich_text_quote":
            return f'<div class="quote">{"".join(map(_run, inner))}</div>'
        case "rich_text_list":
            tag = "ol" if element["style"] == "ordered" else "ul"
            return f"<{tag}>{''.join(f'<li>{_element(one)}</li>' for one in inner)}</{tag}>"
        case other:
            raise ValueError(f"Slack's rich text has no {other!r} here")


def _run(run: Block) -> str:
    words = escape(run["text"])
    if run["type"] == "link":
        words = f'<a href="{escape(run["url"])}">{words}</a>'
    for style, tag in (("bold", "b"), ("italic", "i")):
        if run.get("style", {}).get(style):
            words = f"<{tag}>{words}</{tag}>"
    return words


def _actions(block: Block) -> str:
    buttons = "".join(
        f'<button title="{escape(one["accessibility_label"])}">{_text(one["text"])}</button>'
        for one in block["elements"]
    )
    return f'<div class="block actions">{buttons}</div>'


def _feedback(block: Block) -> str:
    buttons = "".join(
        f'<button title="{escape(one["accessibility_label"])}">{sign} {_text(one["text"])}</button>'
        for element in block["elements"]
        for sign, one in ((_UP, element["positive_button"]), (_DOWN, element["negative_button"]))
    )
    return f'<div class="block feedback">{buttons}</div>'


def _input(block: Block) -> str:
    return (
        f'<div class="block"><label>{_text(block["label"])}</label><textarea></textarea>'
        f'<div class="context">{_text(block["hint"])}</div></div>'
    )


def _divider(_block: Block) -> str:
    return '<hr class="divider">'


def _text(plain: Block) -> str:
    return escape(plain["text"])


_BLOCKS: Mapping[str, Callable[[Block], str]] = {
    "rich_text": _rich_text,
    "actions": _actions,
    "context_actions": _feedback,
    "input": _input,
    "divider": _divider,
}
