"""`listener init`: a commented configuration for a brand, with sources that work without any account; never overwrites."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from listener.cli.options import config_option
from listener.config import fields, load, starting
from listener.config.masking import masked
from listener.core.errors import ConfigError, Fault, ListenerError
from listener.sources import KINDS

# The first words of a brand's page that shows how it is done; a page that begins so is nobody's own.
EXAMPLE = "# An example of a communicator's page"


@click.command(short_help="Write a configuration for a brand, and make the database.")
@config_option
@click.option("--name", help="The brand's name, as people write it.")
@click.option("--key", help="A short name for its file; made from the name when left out.")
@click.option("--language", type=click.Choice(["nl", "en"]), help="Of the page, the mail and the news; nl when left out.")
@click.option("--domain", help="The brand's own web site, such as example.nl.")
@click.option("--to", multiple=True, metavar="ADDRESS", help="Who gets the daily digest; may be given several times.")
def command(
    *, config: Path, name: str | None, key: str | None, language: str | None, domain: str | None, to: tuple[str, ...]
) -> None:
    """Write a commented configuration for a brand, and make the database.

    It asks on a terminal and takes flags otherwise. The sources it proposes (Google News, Mastodon, Hacker News) need no account.
    Files that exist are never touched: a further brand is added beside the others.
    """
    if name is None:
        if not _on_terminal():
            raise ConfigError([Fault("--name", "", 'is missing: `listener init --name "Your brand"`')])
        name = click.prompt("The brand's name")
        language = language or click.prompt("Language", type=click.Choice(["nl", "en"]), default="nl")
        domain = domain or click.prompt("Its own web site, if any", default="", show_default=False)
        to = to or tuple(
            click.prompt("Who gets the daily digest? (addresses, with spaces)", default="", show_default=False).split()
        )
    name, domain, to = _checked(name, domain or "", to)
    key = _key(name, key)
    language = language or "nl"
    brand_file = config / "brands" / f"{key}.toml"
    if brand_file.exists():
        raise ListenerError(f"{brand_file} exists already and stays as it is; another --key makes another brand")
    main_file = config / "listener.toml"
    if _written(main_file, starting.operator_page(language, domain)):
        click.echo(f"Wrote  {main_file}")
    else:
        click.echo(f"Kept   {main_file}, as it was")
    if not _written(brand_file, starting.brand_page(name=name, key=key, language=language, domain=domain, to=to)):
        raise ListenerError(f"{brand_file} exists already and stays as it is; another --key makes another brand")
    click.echo(f"Wrote  {brand_file}")
    for aside in _set_examples_aside(config):
        click.echo(f"Moved  the example of a brand that does not exist to {aside}")
    _make_database(config)
    click.echo("\nNext: `listener check` says what would be listened to, `listener run` begins to listen.")


def _on_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _checked(name: str, domain: str, to: tuple[str, ...]) -> tuple[str, str, tuple[str, ...]]:
    """The answers as they can stand in the files; raises ConfigError with everything that is wrong with them."""
    found: list[Fault] = []

    def good(flag: str, check: Callable[[str], str], value: str) -> str:
        try:
            return check(value)
        except ValueError as fault:
            found.append(Fault(flag, "", str(fault)))
            return value

    plain = "".join(sign if sign.isprintable() else " " for sign in name.encode("utf-8", "ignore").decode())
    name = good("--name", fields.one_line, " ".join(plain.split()))
    domain = good("--domain", fields.host, domain) if domain else ""
    to = tuple(good("--to", fields.mail_address, one) for one in dict.fromkeys(to))
    if not found:
        good("--name", fields.query, starting.query_for(name, domain))
    if found:
        raise ConfigError(found)
    return name, domain, to


def _key(name: str, given: str | None) -> str:
    key = fields.slug(name) if given is None else given
    if not key:
        raise ConfigError([Fault("--key", "", f"is missing: no key can be made from '{name}'; give one of letters and digits")])
    try:
        return fields.key(key)
    except ValueError as fault:
        raise ConfigError([Fault("--key", "", str(fault))]) from None


def _written(path: Path, text: str) -> bool:
    """Whether the file is new and stands there whole; one that exists is left alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = path.open("x", encoding="utf-8", newline="\n")
    except FileExistsError:
        return False
    try:
        with file:
            file.write(text)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return True


def _set_examples_aside(config: Path) -> list[Path]:
    """Give the checkout's example brand a name that is not read: nobody wants digests about a firm that does not exist."""
    pages = sorted((config / "brands").glob("*.toml"))
    examples = [page for page in pages if page.read_text(encoding="utf-8", errors="replace").startswith(EXAMPLE)]
    return [page.replace(page.with_name(f"{page.name}.example")) for page in examples]


def _make_database(config: Path) -> None:
    from listener.storage.migrations import upgrade  # noqa: PLC0415 - heavy, and only the last step needs it

    database = load(config, os.environ, kinds=KINDS).listener.database
    upgrade(database)
    click.echo(f"Ready  {masked(database)}")
