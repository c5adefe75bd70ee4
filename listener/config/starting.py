"""The first configuration: commented pages, written so that a person goes on from there."""

from __future__ import annotations

import json
from collections.abc import Sequence

_ALERTS_SITE = {"nl": "www.google.nl", "en": "www.google.com"}


def toml_text(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, save that TOML wants DEL escaped and takes no surrogates."""
    printable = text.encode("utf-8", "replace").decode()
    return json.dumps(printable, ensure_ascii=False).replace("\x7f", "\\u007f")


def plain_phrase(name: str) -> str:
    """A name as the words of a quoted phrase: one line, without the signs that mean something in a query."""
    return " ".join("".join(" " if sign in '"{}()<>\\*?' else sign for sign in name).split())


def joined(name: str) -> str:
    """A name as a tag: its letters and digits without spaces, "" when there would be no letter in it."""
    tag = "".join(sign for sign in name if sign.isalnum()).lower()
    return "" if tag.isdigit() else tag


def query_for(name: str, domain: str) -> str:
    """A first query: the name as a phrase, written as one word (people do, and hashtags must), and the web site."""
    phrase, tag = plain_phrase(name), joined(name)
    words = [f'"{phrase}"']
    if " " in phrase and tag:
        words.append(tag)
    if domain and domain != phrase.lower():
        words.append(domain)
    return " OR ".join(words)


def operator_page(language: str, domain: str) -> str:
    """The text of listener.toml; `domain` ("" when unknown) gives the sender's address."""
    return _OPERATOR.format(language=toml_text(language), sender=toml_text(f"Listener <listener@{domain or 'localhost'}>"))


def brand_page(*, name: str, key: str, language: str, domain: str, to: Sequence[str]) -> str:
    """The text of brands/KEY.toml: sources that need no account, and how to add those that need one."""
    phrase, tag = plain_phrase(name), joined(name)
    words = ", ".join(
        [phrase, *([tag] if " " in phrase and tag else []), *([domain] if domain and domain != phrase.lower() else [])]
    )
    parts = [
        _BRAND.format(
            name=toml_text(name),
            query=toml_text(query_for(name, domain)),
            language=toml_text(language),
            domains=f"[{toml_text(domain)}]" if domain else "[]",
            key=key,
            phrase=toml_text(phrase),
        )
    ]
    if tag:
        parts.append(_MASTODON.format(key=key, tag=toml_text(f"#{tag}")))
    site, search = _ALERTS_SITE[language], toml_text(f'"{phrase}"')
    parts.append(_FURTHER.format(key=key, words=toml_text(words), site=site, phrase=phrase, search=search))
    recipients = f"[{', '.join(map(toml_text, to))}]" if to else '["you@example.org"]'
    digest = _DIGEST.format(to=recipients, language=toml_text(language))
    parts.append(digest if to else _NO_DIGEST + "".join(f"# {line}\n" for line in digest.splitlines()))
    return "".join(parts)


_OPERATOR = """\
# The operator's page: where things are kept, who carries the mail, what may be spent.
# `listener check` reads it and says what is missing. Relative paths start from the folder that holds this one.

[listener]
# A SQLite file, or "postgresql+psycopg://user@host/name". A password stays out of this file: put it in ~/.pgpass,
# or give the whole address in the environment variable LISTENER_DATABASE, which goes before this line.
database = "sqlite:///listener.db"
language = {language}                        # nl | en: the page, and what a brand or digest does not say itself
timezone = "Europe/Amsterdam"          # whose midnight a day ends at
base_url = "http://127.0.0.1:8000"     # how people reach the page; links in the mail begin with it
engine   = "local"                     # local: this machine | queue: any number of workers, on PostgreSQL
# Who hears of trouble that is no reader's: an address that does not exist any more, a day on which we could not look.
operator = ""
# Signs the links in mails (leave, choose). The file is made at the first start; several machines share it, or the variable.
secret_env  = "LISTENER_SECRET"
secret_file = "listener.key"

[web]
# Who may read the page: editors and those with a shared link ("signed-in"), or whoever can reach it ("anyone").
readers = "signed-in"
# Further names the page answers to, besides that of base_url.
hosts = []
# Reverse proxies in front of the page, by address or network. Only they are believed about who asks.
proxies = []
# user_header = "Remote-User"          # the header in which they name the editor who signed in with them

[network]
# Who runs this, for the places we visit: a mail address or a page. A place with a complaint can write instead of shutting us out.
contact = ""
# Feeds on your own network are refused unless their network stands here, such as "10.0.0.0/8".
allow_private = []

[smtp]
host   = "localhost"
port   = 25
tls    = "none"                        # none | starttls (port 587) | tls (port 465)
sender = {sender}
# A server that wants a login gets a user name here; the password is only named: a variable, or a file with nothing else in it.
# username      = "listener"
# password_env  = "LISTENER_SMTP_PASSWORD"
# password_file = "secrets/smtp-password"

[x]
# X costs money: US$ 0.005 for each post that is read. 0 = never buy anything.
monthly_budget   = 0                   # US dollars, at most, for all brands together
bearer_token_env = "LISTENER_X_BEARER_TOKEN"
# bearer_token_file = "secrets/x-token"
# daily_budget   = 2.50                # within the month's; when it is spent, buying goes on at 00:00 UTC
# recheck_budget = 2.50                # of the month's, for looking whether posts are still there; a tenth of it when left out
# authors        = true                # buy the names behind complaints, questions and negative posts: US$ 0.010 each
# relook         = "15m"               # posts can become findable late: so far back is looked again at each visit
# [x.prices]                           # what X asks, as its price list says; change them when X does
# as_of = 2026-08-13
# post  = 0.005
# user  = 0.010
# counts = 0.005

[retention]
# Days that words are kept, by kind of source; then text and author go and a trace without content stays. 0 = for ever.
default = 0
# x = 90

[understanding]
sentiment = "auto"                     # auto: the best that is installed | light | textblob
languages = ["nl", "en", "de", "fr", "es", "it"]

# Ways out for alerts besides mail. An address is only named, since whoever has it can post there.
# [[channels]]
# key         = "crisis-room"
# kind        = "webhook"      # a signed JSON call | apprise: Slack, Teams … (pip install "listener-monitor[notify]")
# address_env = "LISTENER_CRISIS_ROOM"
# secret_env  = "LISTENER_CRISIS_SECRET" # a webhook's calls are signed with it
"""

_BRAND = """\
# The communicator's page for one brand: what we listen for, where, and who is told.

name = {name}
# Words, "phrases", AND, OR, NOT and brackets. Too much noise? Add a second word, or NOT what is not meant.
query = {query}
language = {language}
# country = "BE"       # whose news and app store are meant, where it is not the language's own country

# The brand's own places: what is said there counts as owned, not as earned. Accounts go by their number, since names change.
[owned]
domains = {domains}
# x = ["1234567"]

# Google News: what the press wrote in the last seven days, in the edition of the brand's language and country.
[[sources]]
key = "{key}-google-news"
kind = "google-news"
address = {phrase}
every = "30m"

# Hacker News: stories and comments among people who build things.
[[sources]]
key = "{key}-hacker-news"
kind = "hacker-news"
address = {phrase}
every = "1h"
"""

_MASTODON = """
# Mastodon: posts with the name as a hashtag, as far as mastodon.social sees them; "#tag@instance" asks another server.
[[sources]]
key = "{key}-mastodon"
kind = "mastodon"
address = {tag}
every = "1h"
"""

_FURTHER = """
# Bluesky: every public post with one of these words. No account, but traffic: the posts of the whole network are read for it,
# some gigabytes a day. Take the # away if your connection can bear that.
# [[sources]]
# key = "{key}-bluesky"
# kind = "bluesky"
# address = {words}
# every = "15m"

# A Google Alerts feed hears more of the web than any other free place. It takes a Google account and a minute:
#   1. go to https://{site}/alerts and search for "{phrase}"
#   2. open "Show options": set "How many" to "All results" and "Deliver to" to "RSS feed"; create the alert
#   3. copy the address behind the orange feed icon in your list of alerts, and take the # away below
# [[sources]]
# key = "{key}-google-alerts"
# kind = "google-alerts"
# address = "https://{site}/alerts/feeds/…/…"
# every = "30m"

# X. It takes a developer account, and every post that is read costs US$ 0.005 (a thousand a month: 5 dollars):
#   1. make an app at https://console.x.com, buy credit there, and copy the app's bearer token
#   2. put the token into the environment variable LISTENER_X_BEARER_TOKEN; it never stands in a file of ours
#   3. set monthly_budget under [x] in listener.toml: not a cent more is spent; and take the # away below
# The address is a search in X's own language.
# [[sources]]
# key = "{key}-x"
# kind = "x"
# address = {search}
# every = "1h"

# Any blog, magazine or forum with a feed can stand here too: kind = "rss", and the address of its feed. Further kinds
# (app-store, youtube, reddit) and what each of them hears are in docs/reference/sources.md.
"""

_NO_DIGEST = """
# Nobody is told yet: write an address and take the # away.
"""

_DIGEST = """
# The mail: complete days. `timezone` and `limit` (stories, 10) may stand here too, and
#   days    = "daily"       # or "weekdays" (Monday's is about the weekend too), "weekly" (Mondays), ["tuesday", "friday"]
#   minimum = 1             # held back until there are so many mentions, a week at most; 0 sends every time
#   tones   = ["negative"]  # lists only stories of these tones; the numbers stay those of all
[[digests]]
key = "daily"
to = {to}
at = "07:30"
language = {language}

# A word at once about what cannot wait. watch = "volume" | "negative" (beyond what this weekday and hour usually brings),
# "complaint" (a severe one), "phrase" (with a query of its own), "silence" (a source is not heard any more).
# [[alerts]]
# key = "crisis"
# watch = "negative"
# to = {to}
# channels = ["crisis-room"]              # from listener.toml
# quiet = "22:00-07:00"                   # kept until then
# cooldown = "12h"                        # what comes back sooner is the same matter
# over = true                             # say so when it is as usual again
"""
