"""The bundle: everything an evidence report was made of, in one zip that shows any byte that was changed, lost or added.

Its members lie one after the other from the first byte on, `manifest.json` is the last of them and names the size and sha256 of
each other one, and the zip's comment is the sha256 of all that stands before it. So any tool can unpack it, and `read` can tell
whether it is still what was written. That proves wholeness, not who wrote it or when: for that the manifest can be time-stamped
by a third party (docs/how-to/hand-over-evidence.md).
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Self

from listener.core.errors import ListenerError

FORMAT = "listener evidence bundle"
VERSION = 1
MANIFEST = "manifest.json"
# What a bundle may come to at most; a zip bomb is over one of these long before it is unpacked.
MOST_MEMBERS = 5_000
LARGEST_MEMBER = 512 * 1024 * 1024
LARGEST = 1024 * 1024 * 1024
_LARGEST_MANIFEST = 4 * 1024 * 1024
# Any name that is safe on every system: no root, no drive, no way up, nothing hidden.
_NAME = re.compile(r"(?:[a-z0-9][a-z0-9_-]{0,63}/){0,2}[a-z0-9][a-z0-9_-]{0,99}(?:\.[a-z0-9]{1,8}){0,2}", re.ASCII)
_RESERVED = re.compile(r"(?:^|/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|/|$)")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest a zip can say: the same report gives the same bytes
_LOCAL, _END = struct.Struct("<4s5H3I2H"), 22
_CHUNK = 1 << 20
_LEVEL = "_compresslevel"  # 1: numbers pack three times as quickly as by the usual 6, and nearly as small
_SUM = 64
_NAMED = 3  # files that are named when some were changed


class Damaged(ListenerError):
    """A bundle that is not as it was written: what is wrong with it, in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a bundle says of itself; `files` are the size in bytes and the sha256 of each member but the manifest."""

    report: str  # the report's id
    made_at: datetime
    files: Mapping[str, tuple[int, str]]


Body = bytes | Iterable[bytes]


def write(path: Path, files: Iterable[tuple[str, Body]], *, report: str, made_at: datetime) -> Manifest:
    """Write a bundle; the same files give the same bytes. A body may come in pieces, so that no row list need be in memory whole.

    Raises ValueError for a name that no bundle may hold, or that comes twice.
    """
    listed: dict[str, tuple[int, str]] = {}
    partial = path.with_name(path.name + ".part")
    with zipfile.ZipFile(partial, "w") as zipped:
        for name, body in files:
            if not _is_safe(name) or name == MANIFEST or name in listed:
                raise ValueError(f"{name!r} cannot stand in a bundle")
            listed[name] = _write_member(zipped, name, body)
        said = Manifest(report=report, made_at=made_at, files=listed)
        _write_member(zipped, MANIFEST, _manifest_text(said).encode())
        zipped.comment = b"0" * _SUM
    _seal(partial)
    partial.replace(path)
    return said


def _write_member(zipped: zipfile.ZipFile, name: str, body: Body) -> tuple[int, str]:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    member.create_system = 3
    setattr(member, _LEVEL, 1)  # a stream has no other way to say it
    pieces = [body] if isinstance(body, bytes) else body
    sum_, size = hashlib.sha256(), 0
    with zipped.open(member, "w") as file:
        for piece in pieces:
            sum_.update(piece)
            size += len(piece)
            file.write(piece)
    return size, sum_.hexdigest()


def _manifest_text(said: Manifest) -> str:
    files = {name: {"bytes": size, "sha256": sum_} for name, (size, sum_) in sorted(said.files.items())}
    return json.dumps(
        {"format": FORMAT, "version": VERSION, "report": said.report, "made_at": said.made_at.isoformat(), "files": files}, indent=1
    )


def _seal(path: Path) -> None:
    with path.open("r+b") as file:
        size = file.seek(0, 2)
        sum_ = _sum_of(file, size - _SUM)
        file.seek(size - _SUM)
        file.write(sum_.encode())


def _sum_of(file: IO[bytes], size: int) -> str:
    sum_ = hashlib.sha256()
    file.seek(0)
    while size > 0 and (piece := file.read(min(_CHUNK, size))):
        sum_.update(piece)
        size -= len(piece)
    return sum_.hexdigest()


class Bundle:
    """A bundle that was looked through from its first byte to its last; `body` gives a member, whole and as it was written."""

    def __init__(self, zipped: zipfile.ZipFile, manifest: Manifest, sum_: str) -> None:
        self._zip = zipped
        self.manifest = manifest
        self.sha256 = sum_  # of all but the seal itself

    def __contains__(self, name: str) -> bool:
        return name in self.manifest.files

    def body(self, name: str) -> bytes:
        """A member's bytes; raises Damaged when there is none of that name."""
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member's bytes as they come; raises Damaged when there is none of that name."""
        if name not in self.manifest.files:
            raise Damaged(f"{name} is missing from the bundle")
        return _pieces(self._zip, name, self.manifest.files[name][0])

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.close()


def read(path: Path) -> Bundle:
    """Open a bundle and check all of it; nothing is ever unpacked to a disk.

    Raises Damaged, with what is wrong, for anything that `write` did not write: a changed, missing or extra byte, names that lead
    elsewhere or come twice, links, members that overlap, and anything that would unpack to more than `LARGEST`.
    """
    if path.stat().st_size > LARGEST:
        raise Damaged(f"{path.name} is larger than any bundle")
    try:
        zipped = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, EOFError, struct.error, NotImplementedError) as fault:
        raise Damaged(f"{path.name} is not a bundle: {fault}") from None
    try:
        return _checked(zipped, path)
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, struct.error, NotImplementedError, RuntimeError) as fault:
        zipped.close()
        raise Damaged(f"{path.name} cannot be unpacked: {fault}") from None
    except BaseException:
        zipped.close()
        raise


def _checked(zipped: zipfile.ZipFile, path: Path) -> Bundle:
    members = zipped.infolist()
    try:
        _check_members(members)
        _check_layout(path, zipped, members)
        sum_ = _check_seal(path, zipped)
    except Damaged as fault:
        raise Damaged(f"{fault}{_culprit(zipped, members)}") from None
    manifest = _manifest_of(b"".join(_pieces(zipped, MANIFEST, _size_of(members))))
    there, listed = {one.filename for one in members} - {MANIFEST}, set(manifest.files)
    if there != listed:
        lost, more = sorted(listed - there), sorted(there - listed)
        raise Damaged(f"{lost[0]} is missing from the bundle" if lost else f"{more[0]} is not in the bundle's manifest")
    for name, (size, expected) in manifest.files.items():
        if not _is_as(zipped, name, size, expected, size):
            raise Damaged(f"{name} is not what the manifest says: its sha256 differs")
    return Bundle(zipped, manifest, sum_)


def _check_seal(path: Path, zipped: zipfile.ZipFile) -> str:
    with path.open("rb") as file:
        sum_ = _sum_of(file, path.stat().st_size - _SUM)
    if zipped.comment.decode("ascii", "replace") != sum_:
        raise Damaged("a byte was changed, lost or added since it was sealed")
    return sum_


def _culprit(zipped: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> str:
    """Which of its files were changed, as far as its manifest can still tell, to be said behind what is wrong with it."""
    sizes = {one.filename: one.file_size for one in members}
    simple = all(not one.flag_bits and one.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for one in members)
    if not simple or len(sizes) != len(members) or len(members) > MOST_MEMBERS or sum(sizes.values()) > LARGEST:
        return ""
    try:
        files = _manifest_of(b"".join(_pieces(zipped, MANIFEST, _size_of(members)))).files
        changed = [name for name, (size, expected) in files.items() if not _is_as(zipped, name, size, expected, sizes.get(name))]
    except (Damaged, zipfile.BadZipFile, zlib.error, ValueError, EOFError, struct.error, RuntimeError, OSError):
        return ""
    changed += sorted(sizes.keys() - files.keys() - {MANIFEST})
    if not changed:
        return "; every file in it is as its manifest says, so it was packed again: hand a bundle on as it was made"
    more = f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else ""
    return f"; not as its manifest says: {', '.join(ascii(name[:80])[1:-1] for name in changed[:_NAMED])}{more}"


def _is_as(zipped: zipfile.ZipFile, name: str, size: int, expected: str, there: int | None) -> bool:
    if there != size:
        return False
    sum_of_member = hashlib.sha256()
    for piece in _pieces(zipped, name, size):
        sum_of_member.update(piece)
    return sum_of_member.hexdigest() == expected


def _size_of(members: Iterable[zipfile.ZipInfo]) -> int:
    size = next((one.file_size for one in members if one.filename == MANIFEST), None)
    if size is None:
        raise Damaged(f"there is no {MANIFEST} in it")
    if size > _LARGEST_MANIFEST:
        raise Damaged(f"its {MANIFEST} is too large to be one")
    return size


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise Damaged(f"it holds {len(members)} files, and a bundle has at most {MOST_MEMBERS}")
    names: set[str] = set()
    for one in members:
        if not _is_safe(one.filename) or one.filename != one.orig_filename:
            raise Damaged(f"it holds a name that no bundle has: {one.orig_filename[:80]!a}")
        if one.filename in names:
            raise Damaged(f"{one.filename} is in it twice")
        mode = one.external_attr >> 16
        if stat.S_IFMT(mode) not in {0, stat.S_IFREG} or one.external_attr & 0xFFFF:
            raise Damaged(f"{one.filename} is no plain file")
        if mode != 0o644 or one.flag_bits or one.compress_type != zipfile.ZIP_DEFLATED or one.comment or one.extra:
            raise Damaged(f"{one.filename} is packed in a way that no bundle is")
        if one.file_size > LARGEST_MEMBER:
            raise Damaged(f"{one.filename} would unpack to {one.file_size} bytes, and at most {LARGEST_MEMBER} are taken")
        names.add(one.filename)
    whole = sum(one.file_size for one in members)
    if whole > LARGEST:
        raise Damaged(f"it would unpack to {whole} bytes, and at most {LARGEST} are taken")


def _check_layout(path: Path, zipped: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Each member right behind the one before it, each header as it was written, nothing in between and nothing behind."""
    at = 0
    with path.open("rb") as file:
        for one in members:
            if one.header_offset != at:
                raise Damaged(f"{one.filename} does not lie where it should: something was put in, taken out or overlaps")
            file.seek(at)
            head = file.read(_LOCAL.size)
            fields = _LOCAL.unpack(head) if len(head) == _LOCAL.size else ()
            if not fields or fields[0] != b"PK\x03\x04" or (fields[9], fields[10]) != (len(one.filename), 0):
                raise Damaged(f"the head of {one.filename} is not as it was written")
            at += _LOCAL.size + len(one.filename) + one.compress_size
    end = path.stat().st_size - _END - len(zipped.comment)
    directory = sum(46 + len(one.filename) for one in members)
    if zipped.start_dir != at or at + directory != end:
        raise Damaged("something was put in or taken out between its files")


def _manifest_of(text: bytes) -> Manifest:
    try:
        said = json.loads(text)
        if said["format"] != FORMAT or said["version"] != VERSION:
            raise Damaged(f"it is a bundle of another kind or version: {said['format']!s:.40} {said['version']!s:.10}")
        files = {str(name): (int(one["bytes"]), str(one["sha256"])) for name, one in said["files"].items()}
        return Manifest(report=str(said["report"]), made_at=datetime.fromisoformat(said["made_at"]), files=files)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as fault:
        raise Damaged(f"its {MANIFEST} cannot be read: {type(fault).__name__}") from None


def _pieces(zipped: zipfile.ZipFile, name: str, size: int) -> Iterator[bytes]:
    """A member in pieces; raises Damaged as soon as it turns out to be longer or shorter than it says."""
    left = size
    with zipped.open(name) as file:
        while piece := file.read(_CHUNK):
            left -= len(piece)
            if left < 0:
                break
            yield piece
    if left:
        raise Damaged(f"{name} is not as long as the manifest says")


def _is_safe(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and _RESERVED.search(name) is None
