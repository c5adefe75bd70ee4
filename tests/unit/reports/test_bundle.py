"""Bundles: what was written is read back, and whatever else is refused with what is wrong with it."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listener.reports import bundle
from listener.reports.bundle import Damaged, read, write

NOW = datetime(2026, 11, 21, tzinfo=UTC)
FILES = [("evidence.json", b'{"a": 1}' * 40), ("rows/a-b.json", b"[1, 2, 3]"), ("captured/00ff.bin", bytes(range(256)))]


def made(folder: Path, name: str = "evidence.zip") -> Path:
    """A bundle of three files."""
    path = folder / name
    write(path, FILES, report="r" * 64, made_at=NOW)
    return path


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    """Each member as it was, in pieces or whole, and what the manifest says of it."""
    path = tmp_path / "b.zip"
    write(path, [*FILES, ("mentions.csv", iter([b"id\n", b"1\n"]))], report="abc", made_at=NOW)
    with read(path) as opened:
        assert {name: opened.body(name) for name, _ in FILES} == dict(FILES)
        assert opened.body("mentions.csv") == b"id\n1\n"
        assert (opened.manifest.report, opened.manifest.made_at) == ("abc", NOW)
        assert "evidence.json" in opened
        assert "other.json" not in opened
        with pytest.raises(Damaged, match=r"other\.json is missing"):
            opened.body("other.json")


def test_any_tool_can_unpack_it(tmp_path: Path) -> None:
    """It is a plain zip, whose own check finds nothing wrong."""
    with zipfile.ZipFile(made(tmp_path)) as zipped:
        assert zipped.testzip() is None
        assert zipped.namelist()[-1] == "manifest.json"


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    """So that two people who make a report of the same rows can compare."""
    assert made(tmp_path, "a.zip").read_bytes() == made(tmp_path, "b.zip").read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a bundle."""
    return made(tmp_path_factory.mktemp("whole")).read_bytes()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_changed_missing_or_extra_byte_is_seen(whole: bytes, tmp_path: Path, data: st.DataObject) -> None:
    """Wherever it is: in a file, in a head, in the directory, in the seal, before and behind."""
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda one: one != whole[at]))
    path = tmp_path / "bad.zip"
    for body in (
        whole[:at] + bytes([other]) + whole[at + 1 :],
        whole[:at] + whole[at + 1 :],
        whole[:at] + bytes([other]) + whole[at:],
    ):
        path.write_bytes(body)
        with pytest.raises(Damaged):
            read(path).close()
    path.write_bytes(whole + b"\0")
    with pytest.raises(Damaged):
        read(path).close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=600))
def test_rubbish_is_no_bundle(tmp_path: Path, body: bytes) -> None:
    """Whatever the bytes are, nothing but Damaged comes of them."""
    path = tmp_path / "rubbish.zip"
    path.write_bytes(body)
    with pytest.raises(Damaged):
        read(path)


def sealed(path: Path, members: list[tuple[zipfile.ZipInfo | str, bytes]]) -> Path:
    """A zip with any members, sealed as a forger would who knows how."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as zipped:
        for member, body in members:
            one = member if isinstance(member, zipfile.ZipInfo) else zipfile.ZipInfo(member, (1980, 1, 1, 0, 0, 0))
            one.compress_type = zipfile.ZIP_DEFLATED
            one.create_system = 3
            one.external_attr = one.external_attr or 0o644 << 16
            zipped.writestr(one, body)
        zipped.comment = b"0" * 64
    path.write_bytes(held.getvalue())
    bundle._seal(path)
    return path


MANIFEST = (
    b'{"format": "listener evidence bundle", "version": 1, "report": "r", "made_at": "2026-11-21T00:00:00+00:00", "files": {}}'
)


@pytest.mark.parametrize(
    "name",
    [
        "../evil.json",
        "/etc/passwd",
        "a/../../b",
        "a\\b.json",
        "C:x.json",
        "A.json",
        "a//b",
        ".hidden",
        "a/b/c/d.json",
        "nul.json",
        "é",
        "x" * 300,
    ],
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    """Nothing is unpacked to a disk, and such a name is no bundle's all the same."""
    with pytest.raises(Damaged, match="no bundle has"):
        read(sealed(tmp_path / "b.zip", [(name, b"x"), ("manifest.json", MANIFEST)]))
    with pytest.raises(ValueError, match="cannot stand"):
        write(tmp_path / "c.zip", [(name, b"x")], report="r", made_at=NOW)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    """Two tools would read two different files."""
    with pytest.raises(Damaged, match="twice"):
        read(sealed(tmp_path / "b.zip", [("a.json", b"1"), ("a.json", b"2"), ("manifest.json", MANIFEST)]))
    with pytest.raises(ValueError, match="cannot stand"):
        write(tmp_path / "c.zip", [("a.json", b"x"), ("a.json", b"y")], report="r", made_at=NOW)


def test_a_link_is_refused(tmp_path: Path) -> None:
    """A member that says it is a symbolic link, or a folder."""
    link = zipfile.ZipInfo("a.json", (1980, 1, 1, 0, 0, 0))
    link.external_attr = 0o120777 << 16
    with pytest.raises(Damaged, match="no plain file"):
        read(sealed(tmp_path / "b.zip", [(link, b"/etc/passwd"), ("manifest.json", MANIFEST)]))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what its members would come to, each and together."""
    monkeypatch.setattr(bundle, "LARGEST_MEMBER", 1_000)
    with pytest.raises(Damaged, match="would unpack to 5000"):
        read(sealed(tmp_path / "b.zip", [("a.json", bytes(5_000)), ("manifest.json", MANIFEST)]))
    monkeypatch.setattr(bundle, "LARGEST", 2_000)
    with pytest.raises(Damaged, match="it would unpack to"):
        read(sealed(tmp_path / "c.zip", [(f"a{n}.json", bytes(900)) for n in range(3)]))
    monkeypatch.setattr(bundle, "MOST_MEMBERS", 2)
    with pytest.raises(Damaged, match="at most 2"):
        read(sealed(tmp_path / "d.zip", [(f"a{n}.json", b"") for n in range(3)]))
    monkeypatch.setattr(bundle, "LARGEST", 10)
    with pytest.raises(Damaged, match="larger than any"):
        read(tmp_path / "d.zip")


def test_a_member_that_is_longer_than_it_says_is_refused(tmp_path: Path) -> None:
    """The directory says two bytes, and a thousand come."""
    path = sealed(tmp_path / "b.zip", [("a.json", bytes(1_000)), ("manifest.json", MANIFEST)])
    body = path.read_bytes().replace(struct.pack("<L", 1_000), struct.pack("<L", 2))
    path.write_bytes(body)
    bundle._seal(path)
    with pytest.raises(Damaged):
        read(path)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (b"{}", "cannot be read"),
        (b"[" * 5_000, "cannot be read"),
        (MANIFEST.replace(b'"version": 1', b'"version": 99'), "another kind or version"),
        (MANIFEST.replace(b'"files": {}', b'"files": {"b.json": {"bytes": 1, "sha256": ""}}'), "b.json is missing"),
        (MANIFEST, "not in the bundle's manifest"),
        (MANIFEST.replace(b'"files": {}', b'"files": {"a.json": {"bytes": 1, "sha256": "00"}}'), "sha256 differs"),
        (
            MANIFEST.replace(b'"files": {}', b'"files": {"a.json": {"bytes": 1e400, "sha256": "00"}}'),
            "cannot be unpacked|cannot be read",
        ),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(tmp_path: Path, manifest: bytes, said: str) -> None:
    """What it names and what is there must be one thing."""
    with pytest.raises(Damaged, match=said):
        read(sealed(tmp_path / "b.zip", [("a.json", b"1"), ("manifest.json", manifest)]))


def test_no_manifest_or_one_without_end_is_refused(tmp_path: Path) -> None:
    """The manifest is what all else is held against."""
    with pytest.raises(Damaged, match=r"no manifest\.json"):
        read(sealed(tmp_path / "b.zip", [("a.json", b"1")]))
    with pytest.raises(Damaged, match="too large"):
        read(sealed(tmp_path / "c.zip", [("manifest.json", bytes(5_000_000))]))


def test_members_that_do_not_follow_one_another_are_refused(tmp_path: Path) -> None:
    """Room between two files could hide a third."""
    whole = made(tmp_path).read_bytes()
    path = tmp_path / "b.zip"
    path.write_bytes(b"hidden" + whole)
    with pytest.raises(Damaged):
        read(path)


def test_what_was_edited_is_named(tmp_path: Path) -> None:
    """Whoever packs a bundle again breaks its seal; its manifest still tells which file is another, or that none is."""
    good, bad = made(tmp_path), tmp_path / "edited.zip"
    edits: tuple[tuple[dict[str, bytes], str], ...] = (
        ({"evidence.json": b"{}"}, "not as its manifest says: evidence.json$"),
        ({"rows/a-b.json": b"[1, 2, 4]", "more.txt": b"x"}, r"not as its manifest says: rows/a-b\.json, more\.txt$"),
        ({}, "every file in it is as its manifest says, so it was packed again"),
    )
    for edit, words in edits:
        with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as new:
            for name, body in ({one: old.read(one) for one in old.namelist()} | edit).items():
                new.writestr(name, body)
        with pytest.raises(Damaged, match=words):
            read(bad)
