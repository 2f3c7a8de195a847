"""The settings: known names, checked values, and a description for each."""

from pathlib import Path

import pytest

from qinji.entry.settings import Settings, WrongSetting, read_settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "QINJI_PORT", "QINJI_HOME", "QINJI_MODE", "QINJI_DSN"):
        monkeypatch.delenv(name, raising=False)


def test_without_any_setting_it_is_a_sandbox_on_port_8765() -> None:
    settings = read_settings()
    assert (settings.port, settings.mode) == (8765, "sandbox")


@pytest.mark.parametrize("name", ["PORT", "QINJI_PORT"])
def test_the_port_has_a_short_name_too(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "9000")
    assert read_settings().port == 9000


def test_the_home_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINJI_HOME", "/somewhere")
    assert read_settings().home == Path("/somewhere")


def test_a_setting_that_does_not_exist_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINJI_PROT", "9000")
    with pytest.raises(WrongSetting, match="QINJI_PROT"):
        read_settings()


@pytest.mark.parametrize(("name", "value"), [("PORT", "0"), ("PORT", "x"), ("QINJI_MODE", "test")])
def test_a_value_that_cannot_be_used_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSetting, match=name):
        read_settings()


def test_a_dsn_takes_the_place_of_the_embedded_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINJI_DSN", "postgresql://bureau@db/qinji")
    assert read_settings().address.dsn == "postgresql://bureau@db/qinji"


def test_every_setting_says_what_it_is_for() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
