"""Word documents of a few lines, written as XML: what a word processor would save."""

import io
import zipfile
from collections.abc import Mapping
from html import escape

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACES = (
    f'xmlns:w="{MAIN}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>{}</Types>'
)
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)


def run(text: str, properties: str = "") -> str:
    """A run of words; a line break is a break in it, a tab a tab."""
    words = escape(text).replace("\n", "</w:t><w:br/><w:t xml:space='preserve'>")
    words = words.replace("\t", "</w:t><w:tab/><w:t xml:space='preserve'>")
    return f"<w:r>{_in('rPr', properties)}<w:t xml:space='preserve'>{words}</w:t></w:r>"


def par(
    *content: str, style: str = "", num: str = "", level: int | None = None, properties: str = "", mark: str = ""
) -> str:
    """A paragraph; what does not begin as XML does is a run of its words.

    ``num`` and ``level`` are its numbering, ``properties`` and ``mark`` XML for it and for its mark.
    """
    inside = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num or level is not None:
        numbered = f'<w:ilvl w:val="{level}"/>' if level is not None else ""
        inside += f"<w:numPr>{numbered}" + (f'<w:numId w:val="{num}"/>' if num else "") + "</w:numPr>"
    inside += properties + _in("rPr", mark)
    runs = "".join(piece if piece.startswith("<") else run(piece) for piece in content)
    return f"<w:p>{_in('pPr', inside)}{runs}</w:p>"


def centred(text: str) -> str:
    return par(text, properties='<w:jc w:val="center"/>')


def bold(text: str) -> str:
    return par(run(text, "<w:b/>"))


def table(*rows: tuple[str, ...]) -> str:
    """A table; a cell is its paragraphs as XML, or one paragraph of its words."""
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(map(_cell, row))}</w:tr>" for row in rows) + "</w:tbl>"


def _cell(content: str) -> str:
    return f"<w:tc>{content if content.startswith('<') else par(content)}</w:tc>"


def field(instruction: str, result: str | None) -> str:
    """A field of several runs, with its result as words or XML; None for a field without one."""
    begin = f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>'
    shown = ""
    if result is not None:
        shown = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + (result if result.startswith("<") else run(result))
    return f'{begin}{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def style(
    style_id: str,
    name: str = "",
    *,
    based_on: str = "",
    paragraph: str = "",
    letters: str = "",
    kind: str = "paragraph",
) -> str:
    """A style of styles.xml; ``paragraph`` and ``letters`` are XML of its properties."""
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{style_id}"><w:name w:val="{name or style_id}"/>{base}'
        f"{_in('pPr', paragraph)}{_in('rPr', letters)}</w:style>"
    )


def level(index: int, form: str, text: str, *, start: int = 1, more: str = "") -> str:
    """A level of a list: the format of its number and the text it is printed in ("Article %1", "(%2)").

    ``more`` is XML of its other properties, which stand before the text.
    """
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{escape(text)}"/><w:lvlJc w:val="left"/></w:lvl>'
    )


def pattern(key: str, *levels: str, link: str = "") -> str:
    """An abstractNum; ``link`` is XML that leads to or comes from a style."""
    kind = '<w:multiLevelType w:val="multilevel"/>'
    return f'<w:abstractNum w:abstractNumId="{key}">{kind}{link}{"".join(levels)}</w:abstractNum>'


def num(key: str, of: str, overrides: str = "") -> str:
    """A list of a pattern."""
    return f'<w:num w:numId="{key}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def starts(index: int, at: int) -> str:
    """An override: the list begins a level anew."""
    return f'<w:lvlOverride w:ilvl="{index}"><w:startOverride w:val="{at}"/></w:lvlOverride>'


def docx(
    *blocks: str,
    styles: str = "",
    numbering: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    main: str = "word/document.xml",
    strict: bool = False,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A whole document; what does not begin as XML does is a paragraph of its words."""
    body = "".join(block if block.startswith("<") else par(block) for block in blocks)
    folder = main.rpartition("/")[0]
    types = f'<Override PartName="/{main}" ContentType="{_WORD_TYPE}.document.main+xml"/>'
    relations = ""
    files: dict[str, str | bytes] = {main: _part("document", f"<w:body>{body}<w:sectPr/></w:body>")}
    for name, content in (("styles", styles), ("numbering", numbering)):
        if content:
            files[f"{folder}/{name}.xml"] = _part(name, content)
            types += f'<Override PartName="/{folder}/{name}.xml" ContentType="{_WORD_TYPE}.{name}+xml"/>'
            relations += f'<Relationship Id="{name}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>'
    files[f"{folder}/_rels/{main.rpartition('/')[2]}.rels"] = _RELATIONS.format(relations)
    files["_rels/.rels"] = _RELATIONS.format(f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="{main}"/>')
    files["[Content_Types].xml"] = _TYPES.format(types)
    if strict:
        files = {
            name: content.replace(MAIN, STRICT) if isinstance(content, str) else content
            for name, content in files.items()
        }
    return zipped({**dict(reversed(files.items())), **(parts or {})}, method)


def zipped(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these files, the same bytes at every run."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (1981, 5, 3, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, content)
    return target.getvalue()


def _part(name: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} {_SPACES}>{content}</w:{name}>'


def _in(tag: str, content: str) -> str:
    return f"<w:{tag}>{content}</w:{tag}>" if content else ""
