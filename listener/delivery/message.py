"""A message as the bytes of an e-mail: headers that nobody else's words can forge, and bodies that every server takes."""

from __future__ import annotations

import binascii
import hashlib
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from listener.core.errors import Refused
from listener.core.mail import Message

_LONGEST_HEADER = 900  # characters of a header of ours; RFC 5322 section 2.1.1 ends a line at 998
_LONG_WORD = 70
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]+")
_CONTROLS = bytes(one for one in range(0x20) if one not in b"\t\n\r") + b"\x7f"
_HIGH_CONTROLS = re.compile(b"\xc2[\x80-\x9f]")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>\s*", re.DOTALL)
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
# What build() itself writes; a caller's header of that name would be a second recipient or a second body.
_OURS = frozenset({"from", "sender", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version"})


class _Policy(EmailPolicy):
    """SMTP's rules, but a header of plain ASCII without blanks to fold at is left whole.

    The library folds a long List-Unsubscribe address into RFC 2047 words, which no mail program reads as an address.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        """One header as it goes into a message's bytes."""
        return _whole(name, value).encode("ascii") or super().fold_binary(name, value)


_POLICY = _Policy(max_line_length=SMTP.max_line_length, linesep=SMTP.linesep, raise_on_defect=False)


def build(message: Message) -> bytes:
    """The e-mail as it goes over the line: text and HTML as alternatives, every line shorter than 998 bytes, every byte ASCII.

    The same message always gives the same bytes. Adds `Auto-Submitted: auto-generated` (RFC 3834) unless the caller did. Raises
    Refused when an address is not one address that a mail server takes, and ValueError for a header that a caller may not set.
    """
    fields: list[tuple[str, str]] = [
        ("From", message.sender),
        ("To", message.to),
        ("Subject", header(message.subject)),
        ("Date", format_datetime(message.date)),
        ("Message-ID", header(message.message_id, _LONGEST_HEADER)),
    ]
    for name, value in message.headers:
        if not _NAME.fullmatch(name) or name.lower() in _OURS or name.lower().startswith(("content-", "resent-")):
            raise ValueError(f"{name!r} is not a header that a caller may set")
        fields.append((name, header(value, _LONGEST_HEADER)))
    if "auto-submitted" not in {name.lower() for name, _ in fields}:
        fields.append(("Auto-Submitted", "auto-generated"))
    # The library's own way to encode and write a body takes ten milliseconds for a digest, the one below half of one.
    head = b"".join(_folded(name, value) for name, value in fields) + b"MIME-Version: 1.0\r\n"
    if not message.html:
        return head + _part("plain", message.text)
    # An equals sign with this behind it cannot stand in a quoted-printable body (RFC 2045 section 6.7).
    boundary = f"=_{hashlib.sha256(message.message_id.encode(errors='replace')).hexdigest()[:32]}".encode()
    parts = [b"--" + boundary + b"\r\n" + part for part in (_part("plain", message.text), _part("html", message.html))]
    kind = b'Content-Type: multipart/alternative; boundary="' + boundary + b'"\r\n\r\n'
    return head + kind + b"\r\n".join(parts) + b"\r\n--" + boundary + b"--\r\n"


def header(text: str, limit: int = 140) -> str:
    """Any words as one harmless header line of at most `limit` characters.

    Controls and line ends become blanks, direction marks, invisible characters and half surrogates go, and `=?` is broken:
    Python before 3.11.10 decodes RFC 2047 words in a value and writes out the line ends that were in them (CVE-2024-6923).
    """
    line = " ".join(_UNSEEN.sub("", _BREAKS.sub(" ", text)).replace("=?", "= ?").split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def address(text: str) -> Address:
    """One address, `someone@example.org` or `Name <someone@example.org>`; the domain in its ASCII form.

    Raises Refused when it is none, more than one, or has letters before the @ that servers do not take (RFC 6531 is not assumed).
    """
    named = _NAMED.fullmatch(text.strip())
    bare = (named["address"] if named else text).strip()
    local, _, domain = bare.rpartition("@")
    shown = header(bare)
    if not local or not domain:
        raise Refused(f"{shown!r} is not an e-mail address")
    if not local.isascii():
        raise Refused(f"{shown!r}: mail servers take only plain letters before the @")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    # An RFC 2047 word before the @ would be decoded into something else when the header is read back.
    if len(local) > 64 or "=?" in local or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain):
        raise Refused(f"{shown!r} is not one e-mail address")
    name = header(named["name"].strip().strip('"')) if named else ""
    return Address(display_name=name, username=local, domain=ascii_domain)


def _whole(name: str, value: Any) -> str:
    line = f"{name}: {value}"
    if not line.isascii() or max(map(len, line.split())) < _LONG_WORD:
        return ""  # the library folds this as it should
    return line + "\r\n"


@lru_cache(maxsize=64)
def _folded(name: str, value: str) -> bytes:
    """A header as it goes over the line; most are the same for every recipient, and the library takes its time for each."""
    mail = EmailMessage(policy=_POLICY)
    mail[name] = address(value) if name in {"From", "To"} else value
    ((_, made),) = mail.items()
    return _POLICY.fold_binary(name, made)


def _part(subtype: str, text: str) -> bytes:
    """A body with its headers, in quoted-printable."""
    body = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    if b"\xc2" in body:
        body = _HIGH_CONTROLS.sub(b"", body)
    # The encoder writes such line ends as the first one is.
    lines = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n").replace(b"\n", b"\r\n") + b"\r\n"
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + binascii.b2a_qp(lines, istext=True)
