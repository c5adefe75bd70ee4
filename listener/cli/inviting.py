"""One-time links to set a password with, as a person gets to see them."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from listener.app import App
from listener.cli.options import HERE
from listener.core.access import INVITED
from listener.web.addresses import Addresses
from listener.web.visiting import digest_of, new_word


def invite(app: App, name: str = "", brands: Sequence[str] = (), *, page: str = "") -> str:
    """Make a one-time link for somebody ("" is whoever opens it first); returns its address.

    `page` is where the page answers now; it takes the place of a base_url that names this machine anyway.
    """
    word, now = new_word(), app.clock()
    app.archive.invite(digest_of(word), name, brands, until=now + INVITED, now=now)
    base = app.settings.listener.base_url
    here = page if page and urlsplit(base).hostname in HERE else base
    return Addresses(here).whole("welcome", token=word)


def nobody_yet(app: App) -> bool:
    """Whether there is no editor who can sign in."""
    return not any(editor.has_password for editor in app.archive.editors())
