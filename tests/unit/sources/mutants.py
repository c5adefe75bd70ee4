"""Documents with bytes flipped, cut, doubled and swapped: what a broken line, disk or program makes of a feed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

_HOSTILE = (
    b"<", b">", b"&", b'"', b"'", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"</", b"/>", b"<?xml ", b"<!DOCTYPE x [", b"&#0;", b"&#xD800;",
    b"&#99999999;", b"&nbsp;", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc3", b"<item>", b"</entry>", b"xmlns='urn:x' ",
    b"xml:base='//' ", b"<div>", b" type='xhtml'", b" type='base64'", b"http://[", b"%", b"9" * 40, b"-" * 40, b"<link href='", b"<author>",
)  # fmt: skip


def mutant(body: bytes, chance: random.Random) -> bytes:
    """The document with one to eight faults in it, at most 64 KB more than it was."""
    made = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(made) + 1)
        way = chance.randrange(7)
        if way == 0 and at < len(made):
            made[at] ^= 1 << chance.randrange(8)
        elif way == 1 and at < len(made):
            made[at] = chance.randrange(256)
        elif way == 2:
            del made[at : at + chance.randint(1, 200)]
        elif way == 3:
            made[at:at] = chance.choice(_HOSTILE)
        elif way == 4:
            made[at:at] = made[at : at + chance.randint(1, 400)] * chance.randint(1, 20)
        elif way == 5:
            start = chance.randrange(len(made) + 1)
            made[at:at] = made[start : start + 200]
        elif chance.randrange(4) == 0:
            del made[at:]
    return bytes(made)


def mutants(bodies: Sequence[bytes], count: int, seed: int) -> Iterator[tuple[int, bytes]]:
    """So many mutants of some documents, each with its number; the same for the same seed."""
    for number in range(count):
        chance = random.Random(f"{seed}:{number}")
        yield number, mutant(chance.choice(bodies), chance)
