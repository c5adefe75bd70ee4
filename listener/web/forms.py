"""What a form said, as plain texts."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST = 500  # fields


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of a form whose size the guard has bounded, the last of each name; raises HTTPException for what is none."""
    body = await request.body()
    try:
        found = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST)
    except (UnicodeDecodeError, ValueError):
        raise HTTPException(400) from None
    # A browser sends line ends as CR LF; NUL and half surrogates are nobody's words.
    return {name: _plain(values[-1]) for name, values in found.items()}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
