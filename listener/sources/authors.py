"""Who wrote an entry, put together from names, addresses and free text as feedparser does it."""

from __future__ import annotations

import re
from typing import Any

# feedparser's own pattern for a mail address in an author's line, so written that it takes linear time.
_MAIL = re.compile(
    r"(?<![a-zA-Z0-9_\-.+])[a-zA-Z0-9_\-.+]++@(?:\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.|(?:[a-zA-Z0-9\-]+\.)+)"
    r"(?:[a-zA-Z]{2,4}|[0-9]{1,3})\]?(?:\?subject=\S+)?"
)


def save(context: dict[str, Any], kind: str, key: str, value: str | None) -> None:
    """Keep a part ("name", "email", "href") of the one who wrote, or (kind "publisher") who publishes."""
    context.setdefault(f"{kind}_detail", {})[key] = value
    sync(context)
    context.setdefault("authors", [{}])[-1][key] = value


def sync(context: dict[str, Any]) -> None:
    """Bring the line `author` and the last of `authors` in step, whichever of them is known."""
    detail = context["authors"][-1] if "authors" in context else {}
    if detail:
        name, mail = detail.get("name"), detail.get("email")
        if name or mail:
            context["author"] = f"{name} ({mail})" if name and mail else name or mail
        return
    author = context.get("author")
    if not author:
        return
    found = _MAIL.search(author)
    if found:
        mail = found[0]
        author = author.replace(mail, "").replace("()", "").replace("<>", "").replace("&lt;&gt;", "").strip()
        author = author.removeprefix("(").removesuffix(")").strip()
        detail["email"] = mail
    # The same value under two names, as in feedparser: what is saved under one later shows under the other.
    context.setdefault("author_detail", detail)
    if author:
        detail["name"] = author
