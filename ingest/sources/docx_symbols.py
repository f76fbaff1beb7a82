"""Signs that Word stores as places in a font of pictures, as the characters that they look like.

The fonts Symbol and Wingdings have their own signs at the places of ordinary letters; Word writes the place in the
private area of Unicode (F041 for 41). Those that treaties use are here: Greek letters, signs of arithmetic, boxes
to tick, arrows and bullets.
"""

_GREEK = dict(zip("ABGDEZHQIKLMNXOPRSTUFCYW", "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", strict=True))
_GREEK |= dict(zip("abgdezhqiklmnxoprstufcyw", "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
_SYMBOL = {ord(place): sign for place, sign in _GREEK.items()} | {
    0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±",
    0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…",
    0xD2: "®", 0xD3: "©", 0xD4: "™", 0xD5: "∏", 0xD6: "√", 0xD7: "·", 0xE2: "®", 0xE3: "©", 0xE4: "™", 0xE5: "∑",
}  # fmt: skip
_WINGDINGS = {
    0x6C: "•", 0x6E: "▪", 0x6F: "☐", 0x71: "☐", 0x76: "•", 0x9F: "•", 0xA7: "▪", 0xA8: "☐", 0xD8: "•", 0xDF: "←",
    0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_PRIVATE = range(0xF000, 0xF100)


def print_symbol(font: str, code: str) -> str | None:
    """The character that a font's sign looks like; None where that is not known.

    >>> print_symbol("Symbol", "F0B3"), print_symbol("Arial", "00A7"), print_symbol("Webdings", "F061")
    ('≥', '§', None)
    """
    try:
        place = int(code, 16)
    except ValueError:
        return None
    if place in _PRIVATE:
        place -= _PRIVATE.start
        known = {"symbol": _SYMBOL, "wingdings": _WINGDINGS}.get(font.lower(), {})
        # Figures and marks of punctuation are at their own places in Symbol.
        return known.get(place) or (chr(place) if font.lower() == "symbol" and 0x20 <= place < 0x40 else None)
    return chr(place) if 0x20 <= place < 0xD800 or 0xE000 <= place <= 0xFFFD else None
