"""Addresses: which may be shown, what lies behind a redirect, and when two of them are one place."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urljoin, urlsplit

_LONGEST = 8192
# White space, control characters and marks that turn the direction of what follows have no place in an address.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\xa0\\\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3000\ud800-\udfff\ufeff]")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMERIC_HOST = re.compile(r"\[[0-9a-f:.]+\]")
_DOTS = re.compile("[\u3002\uff0e\uff61]")  # https://www.rfc-editor.org/rfc/rfc3490#section-3.1

# google.com, google.nl, google.co.uk … : the redirect that Google Alerts feeds and search results use.
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_UNWRAPPED_AT_MOST = 3

# Parameters that say where a reader came from, never what is read. Kept by the makers' own documentation and the lists that
# browsers keep: Firefox query-stripping, Brave utils.cc, AdGuard TrackParamFilter, miniflux urlcleaner.
_TRACKING_PREFIXES = ("utm_", "mtm_", "hsa_", "at_", "itm_", "hmb_", "fb_action_", "__hs", "matomo_", "piwik_")
_TRACKING_NAMES = """
    fbclid fb_ref fb_source gclid gclsrc dclid gbraid wbraid srsltid gad_source gad_campaignid msclkid twclid ttclid li_fat_id igsh
    igshid yclid ysclid _openstat mc_cid mc_eid mc_tc _hsenc _hsmi hsctatracking mkt_tok sc_cid vero_id vero_conv oly_anon_id
    oly_enc_id rb_clickid wickedid _bhlid _branch_match_id _branch_referrer _ga _gl s_cid s_kwcid ns_campaign ns_mchannel ns_source
    ns_linkname cmpid wt_mc wt_zmc xtor campaign_id campaign_medium campaign_name campaign_source campaign_term campaign_content
    pk_campaign pk_cid pk_content pk_cpn pk_keyword pk_kwd pk_medium pk_source ref_src ref_url guccounter guce_referrer
    guce_referrer_sig jsessionid phpsessid
"""
_TRACKING = frozenset(_TRACKING_NAMES.split())
_FEED_WORDS = frozenset({"rss", "feed", "atom", "rssfeed"})  # `?ref=rss` says where from; `?ref=main` may say what
_ORIGINS = frozenset({"ref", "source", "src", "from", "cmp", "partner", "via"})
_TRACKING_AT = {
    "youtube.com": frozenset({"feature", "si", "pp", "ab_channel"}),
    "youtu.be": frozenset({"feature", "si"}),
    "x.com": frozenset({"s", "t"}),
    "twitter.com": frozenset({"s", "t"}),
    "open.spotify.com": frozenset({"si"}),
}

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|%|([^!$&'()*+,;=:@/?A-Za-z0-9._~-])")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)


# Most addresses are so plain that they hide nothing and are spelt in one way: host, path, query, fragment.
_PLAIN = re.compile(
    r"https?://((?:[a-z0-9_-]{1,63}\.)+[a-z0-9_-]{1,63})(/[A-Za-z0-9/!$&'()*+,=:@._~-]*)?"
    r"(?:\?([A-Za-z0-9/!$&'()*+,=:@._~?%;-]*))?(?:#[A-Za-z0-9/!$&'()*+,=:@._~?%;-]*)?"
)


def _plainly(url: str) -> tuple[str, str, str] | None:
    """Host, path and query of a plain address; None for any other."""
    return _apart(url) if len(url) <= _LONGEST else None


@lru_cache(maxsize=256)  # an entry's link is looked at for its safety, its key and its host
def _apart(url: str) -> tuple[str, str, str] | None:
    found = _PLAIN.fullmatch(url)
    return None if found is None or len(found[1]) > 253 else (found[1], found[2] or "", found[3] or "")


def safe(url: str) -> str:
    """The address without white space around it, "" unless it is http or https, has a host and hides nothing.

    Control characters, backslashes and credentials (`user@`) are what addresses are forged with, so they are refused; a space
    inside becomes `%20`, as browsers do it, and the scheme is in lower case.
    """
    if _plainly(url) is not None:
        return url
    split = _split(url)
    if split is None:
        return ""
    url = url.strip().replace(" ", "%20")
    return url if url.startswith(("http://", "https://")) else f"{split.scheme}{url[len(split.scheme) :]}"


def unwrap(url: str) -> str:
    """The address that a Google redirect (`google.TLD/url?…&url=`, or `q=`) leads to, else `url` itself.

    A redirect may lead to a redirect, three deep; one that is deeper is left as it is.
    """
    inner = url
    for _ in range(_UNWRAPPED_AT_MOST):
        target = _target(inner)
        if not target:
            return inner
        inner = target
    return url if _target(inner) else inner


def canonical(url: str) -> str:
    """The key of a web address: addresses of one page have one key; "" for what is not a safe http or https address.

    Redirects are unwrapped; scheme (always `https`), host (lower case, ASCII, without `www.` and `m.`), default port, fragment,
    escapes, dot segments, trailing slash, tracking parameters and the order of the others no longer tell addresses apart.
    Articles of Google News stay opaque. Idempotent. A key is for comparing: show and fetch the link as given.
    """
    plainly = _plainly(url)
    if plainly is not None and "/." not in plainly[1] and plainly[1] != "/url":
        name, path, query = _without_prefix(plainly[0]), plainly[1].rstrip("/") or "/", plainly[2]
        query = "" if not query or _is_opaque(name, path) else _query(query, name)
        return f"https://{name}{path}{'?' if query else ''}{query}"
    split = _split(unwrap(url))
    if split is None:
        return ""
    name = _without_prefix(_ascii(split.hostname or ""))
    port = "" if split.port in {None, 80, 443} else f":{split.port}"
    path = _path(split.path)
    query = "" if _is_opaque(name, path) else _query(split.query, name)
    return f"https://{name}{port}{path}{'?' if query else ''}{query}"


def _is_opaque(name: str, path: str) -> bool:
    return name == "news.google.com" and "/articles/" in path


def host(url: str) -> str:
    """The host of a web address, or of a bare host name (`nu.nl`), in lower-case ASCII without port; "" when there is none."""
    if (plainly := _plainly(url)) is not None:
        return plainly[0]
    if not _WEB.match(url.strip()):
        url = f"https://{url.strip()}" if "." in url and ":" not in url else ""
    split = _split(url)
    return "" if split is None else _ascii(split.hostname or "")


def within(name: str, domain: str) -> bool:
    """Whether a host is a domain or lies below it, by whole labels: `www.bol.com` is within `bol.com`, `symbol.com` is not."""
    inner, outer = host(name), host(domain)
    return bool(outer) and (inner == outer or inner.endswith(f".{outer}"))


def resolve(base: str, link: str) -> str:
    """The link as a safe absolute address, read from the page at `base`; "" when there is none (an empty link leads nowhere)."""
    if _plainly(link) is not None:
        return link
    link = link.strip()
    if not link or _FORBIDDEN.search(link):
        return ""
    try:
        return safe(link if _WEB.match(link) else urljoin(_base(base), link))
    except ValueError:
        return ""


@lru_cache(maxsize=64)
def _base(url: str) -> str:
    return safe(url)


@lru_cache(maxsize=256)
def _split(url: str) -> SplitResult | None:
    url = url.strip()
    if not _WEB.match(url) or len(url) > _LONGEST or _FORBIDDEN.search(url):
        return None
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        return None
    name = split.hostname or ""
    if "@" in split.netloc or port == 0 or ("[" in split.netloc) != (":" in name) or not _ascii(name):
        return None
    return split


@lru_cache(maxsize=4096)
def _ascii(name: str) -> str:
    """A host name in lower-case ASCII (IDNA 2003), "" when it cannot be one; numeric hosts keep their brackets."""
    if ":" in name:
        return f"[{name}]" if _NUMERIC_HOST.fullmatch(f"[{name}]") else ""
    labels = [_label(label) for label in _DOTS.sub(".", name).removesuffix(".").lower().split(".")]
    joined = ".".join(labels)
    return joined if len(joined) <= 253 and _HOST.fullmatch(joined) else ""


def _label(label: str) -> str:
    if label.isascii() or len(label) > 63:
        return label
    try:
        return label.encode("idna").decode("ascii").lower()
    except UnicodeError:  # a label that IDNA 2003 forbids, but that a browser may open
        return f"xn--{label.encode('punycode').decode('ascii')}".lower()


def _without_prefix(name: str) -> str:
    while True:
        prefix, _, rest = name.partition(".")
        if prefix not in {"www", "m"} or "." not in rest:
            return name
        name = rest


def _target(url: str) -> str:
    split = _split(url)
    if split is None or split.path != "/url" or not _GOOGLE.fullmatch(_ascii(split.hostname or "")):
        return ""
    # An address holds no space, so a plus sign in one is a plus sign: it is kept from the parser's hands.
    pairs = parse_qsl(split.query.replace("+", "%2B"))
    wanted = [value for name in ("url", "q") for key, value in pairs if key == name]
    return next(filter(None, map(safe, wanted)), "")


def _path(path: str) -> str:
    path = _SESSION.sub("", _escaped(path.replace(" ", "%20")))
    if "/." in path:
        path = "/" + posixpath.normpath(re.sub("/+", "/", path)).lstrip("/")
    return path.rstrip("/") or "/"


def _query(query: str, name: str) -> str:
    here = _TRACKING_AT.get(name, frozenset())
    kept = []
    for part in query.split("&"):
        pair = _escaped(part.replace("+", "%20"))
        key, _, value = pair.partition("=")
        key = unquote(key).lower()
        if not key or key in _TRACKING or key in here or key.startswith(_TRACKING_PREFIXES):
            continue
        if key in _ORIGINS and value.lower() in _FEED_WORDS:
            continue
        kept.append(pair)
    return "&".join(sorted(kept))


def _escaped(part: str) -> str:
    """One spelling for each escape: unreserved characters bare, all others in capitals, and no lone `%`."""
    return _ESCAPE.sub(_escape, part)


def _escape(found: re.Match[str]) -> str:
    digits, sign = found.groups()
    if digits:
        byte = int(digits, 16)
        return chr(byte) if byte in _UNRESERVED else f"%{digits.upper()}"
    return "".join(f"%{byte:02X}" for byte in (sign or "%").encode())
