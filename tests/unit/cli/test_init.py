"""`listener init`: a configuration that works at once, and never over an old one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from listener.cli import check, init, main
from listener.config import Settings, load
from listener.core.errors import ConfigError, ListenerError
from tests.unit.config.config_folders import KINDS


def begun(folder: Path, *flags: str, answers: str | None = None) -> Result:
    """The command on a folder."""
    return CliRunner().invoke(init.command, ["--config", str(folder), *flags], input=answers, catch_exceptions=False)


def read(folder: Path) -> Settings:
    """What was written, as the program reads it."""
    return load(folder, {}, kinds=KINDS)


def test_a_name_is_enough(tmp_path: Path) -> None:
    """Files and database are there, what stands in them passes `listener check`, and the next step is named."""
    folder = tmp_path / "config"
    result = begun(folder, "--name", "Molenaar Pompen")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:3] == [
        f"Wrote  {folder}/listener.toml",
        f"Wrote  {folder}/brands/molenaar-pompen.toml",
        f"Ready  sqlite:///{tmp_path}/listener.db",
    ]
    assert "listener check" in result.stdout
    assert (tmp_path / "listener.db").exists()
    assert [source.kind for source in read(folder).sources] == ["google-news", "hacker-news", "mastodon"]
    checked = CliRunner().invoke(check.command, ["--config", str(folder)], catch_exceptions=False)
    assert checked.exit_code == 0
    assert "molenaar-pompen-google-news" in checked.stdout


def test_every_flag_arrives(tmp_path: Path) -> None:
    """Key, language, site and recipients."""
    flags = ["--name", "Miller", "--key", "miller", "--language", "en", "--domain", "Miller.example"]
    begun(tmp_path / "c", *flags, "--to", "a@miller.example", "--to", "b@miller.example", "--to", "a@miller.example")
    settings = read(tmp_path / "c")
    [one] = settings.brands
    assert (one.brand.key, one.brand.language, settings.listener.language) == ("miller", "en", "en")
    assert one.brand.query == '"Miller" OR miller.example'
    assert one.brand.owned.domains == ("miller.example",)
    assert one.digests[0].to == ("a@miller.example", "b@miller.example")
    assert one.digests[0].language == "en"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ('De "Echte" Bakker', "de-echte-bakker"),
        ("Back\\slash & Zoon", "back-slash-zoon"),
        ("Twee\nRegels\tén\x00 meer", "twee-regels-en-meer"),
        ("Café ☕ Noord", "cafe-noord"),
        ("Half \ud800 teken", "half-teken"),
        ("C++", "c"),
        ("'''", None),
        ("日本", None),
    ],
)
def test_any_name_works_or_is_refused_before_anything_is_written(tmp_path: Path, name: str, key: str | None) -> None:
    """Quotes, line breaks, emoji: one line of valid TOML; where no key or query can be made, a fault and no file."""
    folder = tmp_path / "config"
    if key is None:
        with pytest.raises(ConfigError, match=r"--key|--name"):
            begun(folder, "--name", name)
        assert not folder.exists()
        return
    begun(folder, "--name", name)
    [one] = read(folder).brands
    assert one.brand.key == key
    assert one.brand.name == " ".join(name.replace("\ud800", "").replace("\x00", " ").split())


def test_a_name_in_another_script_takes_a_key(tmp_path: Path) -> None:
    """What cannot become a key can be given one."""
    begun(tmp_path / "c", "--name", "日本ポンプ", "--key", "nihon")
    assert read(tmp_path / "c").brands[0].brand.name == "日本ポンプ"


def test_without_a_terminal_a_name_must_be_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script gets a fault and exit code 2, not a question it cannot answer."""
    monkeypatch.setattr(init, "_on_terminal", lambda: False)
    with pytest.raises(SystemExit) as exit_:
        main(["init", "--config", str(tmp_path / "c")])
    assert exit_.value.code == 2
    assert capsys.readouterr().err == '--name: is missing: `listener init --name "Your brand"`\n'
    assert not (tmp_path / "c").exists()


def test_on_a_terminal_it_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four questions, of which one needs an answer."""
    monkeypatch.setattr(init, "_on_terminal", lambda: True)
    result = begun(tmp_path / "c", answers="Acme Pumps\nen\nacme.example\na@acme.example b@acme.example\n")
    assert result.exit_code == 0
    [one] = read(tmp_path / "c").brands
    assert (one.brand.name, one.brand.language, one.digests[0].to) == ("Acme Pumps", "en", ("a@acme.example", "b@acme.example"))
    begun(tmp_path / "d", answers="Acme Pumps\n\n\n\n")
    assert read(tmp_path / "d").brands[0].digests == ()


def test_all_wrong_flags_are_named_at_once(tmp_path: Path) -> None:
    """Nothing is written when anything is wrong."""
    with pytest.raises(ConfigError) as caught:
        begun(tmp_path / "c", "--name", " ", "--domain", "https://acme.example/x", "--to", "me")
    assert [fault.file for fault in caught.value.faults] == ["--name", "--domain", "--to"]
    with pytest.raises(ConfigError, match=r"--key: 'A B' is not a key.*'a-b' would do"):
        begun(tmp_path / "c", "--name", "Acme", "--key", "A B")
    assert not (tmp_path / "c").exists()


def test_an_existing_brand_is_never_overwritten(tmp_path: Path) -> None:
    """It says so, changes nothing, and ends with 1."""
    folder = tmp_path / "config"
    begun(folder, "--name", "Acme Pumps")
    file = folder / "brands" / "acme-pumps.toml"
    file.write_text("# mine", encoding="utf-8")
    with pytest.raises(ListenerError, match="exists already and stays as it is; another --key makes another brand"):
        begun(folder, "--name", "Acme Pumps")
    assert file.read_text(encoding="utf-8") == "# mine"


def test_a_second_brand_stands_beside_the_first(tmp_path: Path) -> None:
    """The operator's page is kept as it was, and only the missing file is written."""
    folder = tmp_path / "config"
    begun(folder, "--name", "Acme Pumps")
    page = (folder / "listener.toml").read_text(encoding="utf-8").replace("Europe/Amsterdam", "Europe/London")
    (folder / "listener.toml").write_text(page, encoding="utf-8")
    result = begun(folder, "--name", "Other Pumps")
    assert f"Kept   {folder}/listener.toml, as it was" in result.stdout
    assert [one.brand.key for one in read(folder).brands] == ["acme-pumps", "other-pumps"]
    assert read(folder).listener.timezone == "Europe/London"


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking and writing are one step on the disk."""
    file = tmp_path / "config" / "brands" / "acme.toml"
    file.parent.mkdir(parents=True)
    file.write_text("# theirs", encoding="utf-8")
    monkeypatch.setattr(Path, "exists", lambda _: False)
    with pytest.raises(ListenerError, match="exists already"):
        begun(tmp_path / "config", "--name", "Acme")
    assert file.read_text(encoding="utf-8") == "# theirs"


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    """What could not be written whole is taken away again, so that a second try works."""
    path = tmp_path / "page.toml"
    full = Path("/dev/full")
    if not full.exists():  # pragma: no cover - not every system has one
        pytest.skip("no /dev/full here")
    path.symlink_to(full)
    assert not init._written(path, "text")  # an existing name, even a link, is never written through

    class Full(type(tmp_path)):  # type: ignore[misc]
        """A path whose file is on a full disk."""

        def open(self, *_: object, **__: object) -> object:
            """A file that takes nothing."""
            Path(str(self)).touch()
            return full.open("w", encoding="utf-8")

    half = Full(tmp_path / "half.toml")
    with pytest.raises(OSError, match="No space left"):
        init._written(half, "text")
    assert not (tmp_path / "half.toml").exists()


def test_a_broken_configuration_beside_it_is_said(tmp_path: Path) -> None:
    """A brand added to files with faults gets those faults, all of them."""
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "listener.toml").write_text("[listener]\nlanguage = 'fy'\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"listener\.language: 'fy' is not one of nl, en"):
        begun(folder, "--name", "Acme Pumps")


def test_the_example_brand_is_set_aside_and_not_lost(tmp_path: Path) -> None:
    """A brand that does not exist must not be listened to beside one's own; its page stays readable under another name."""
    brands = tmp_path / "config" / "brands"
    brands.mkdir(parents=True)
    shown = (Path(__file__).parents[3] / "config" / "brands" / "molenaar.toml").read_text(encoding="utf-8")
    (brands / "molenaar.toml").write_text(shown, encoding="utf-8")
    (brands / "own.toml").write_text('name = "Own"\nquery = "own"\n', encoding="utf-8")
    done = CliRunner().invoke(init.command, ["--config", str(tmp_path / "config"), "--name", "Another"])
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in brands.iterdir()) == ["another.toml", "molenaar.toml.example", "own.toml"]
    assert (brands / "molenaar.toml.example").read_text(encoding="utf-8") == shown
