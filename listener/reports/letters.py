"""Which characters the PDF's font can draw: the rest cannot be tagged either, and PDF/UA-1 wants every letter to have a form."""

from __future__ import annotations

import re

# Beginning and end of each stretch of Unicode that is in all of fonts/*.ttf; a test draws every one of them.
STRETCHES = (
    (0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x17F), (0x18F, 0x18F), (0x192, 0x192), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x218, 0x21B),
    (0x2C6, 0x2C7), (0x2D8, 0x2DD), (0x300, 0x304), (0x306, 0x30C), (0x384, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1), (0x3A3, 0x3CE),
    (0x400, 0x45F), (0x490, 0x491), (0x1E80, 0x1E85), (0x1E9E, 0x1E9E), (0x1EA0, 0x1EF9), (0x2013, 0x2015), (0x2018, 0x201E),
    (0x2020, 0x2022), (0x2026, 0x2026), (0x2030, 0x2030), (0x2032, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044), (0x2070, 0x2070),
    (0x2074, 0x2079), (0x2080, 0x2089), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0x2126, 0x2126), (0x2202, 0x2202),
    (0x2206, 0x2206), (0x220F, 0x220F), (0x2211, 0x2212), (0x221A, 0x221A), (0x221E, 0x221E), (0x2248, 0x2248), (0x2260, 0x2260),
    (0x2264, 0x2265),
)  # fmt: skip
MISSING = "[…]"  # stands for a stretch of letters, or signs, that the page shows and the paper cannot
_BLANKS = re.compile(r"\s+")
# What has no form of its own: controls, joiners, marks of direction and of order.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]+")
_FOREIGN = re.compile("[^" + "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in STRETCHES) + "]+")


def drawable(text: str) -> str:
    """Words as the font can draw them: what it cannot is shown as missing, never left out unseen."""
    line = _BLANKS.sub(" ", _UNSEEN.sub(" ", text))
    return re.sub(r"(?:\[…\] ?){2,}", MISSING + " ", _FOREIGN.sub(MISSING, line)).strip()
