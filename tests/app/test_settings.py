"""A misspelt or missing setting stops the start with its name; no secret is ever said."""

from datetime import date, time

import pytest
from click.testing import CliRunner

from app.cli import main
from app.settings import Settings, SettingsRefused
from notifications.quiet import Quiet

SEAL_KEY = "1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
GOOD = {
    "ZHUANBAN_DATABASE_URL": "postgresql://zhuanban@localhost/zhuanban",
    "ZHUANBAN_SECRET_KEY": "s" * 32,
    "ZHUANBAN_VAULT_KEYS": "1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
}
ALIYUN = {
    "ZHUANBAN_PROVIDER": "aliyun",
    "ZHUANBAN_ALIYUN_ACCESS_KEY_ID": "key",
    "ZHUANBAN_ALIYUN_ACCESS_KEY_SECRET": "secret",
    "ZHUANBAN_ALIYUN_TEMPLATES": "none.toml",
}


def test_several_providers_are_named_in_order() -> None:
    read = Settings.from_env({**GOOD, "ZHUANBAN_PROVIDER": "simulator"})

    assert read.providers == ("simulator",)
    assert read.model_copy(update={"provider": "aliyun, twilio"}).providers == ("aliyun", "twilio")


def test_the_driver_is_ours_to_choose() -> None:
    assert Settings.from_env(GOOD).database_url.startswith("postgresql+psycopg://")


def test_what_is_not_ours_is_left_alone() -> None:
    assert (
        Settings.from_env({**GOOD, "PATH": "/bin", "ZHUANBAN_BASE_URL": ""}).base_url
        == "http://127.0.0.1:8000"
    )


@pytest.mark.parametrize(
    "changes, proxies",
    [
        ({}, 0),
        ({"ZHUANBAN_BASE_URL": "https://zhuanban.example"}, 1),
        ({"ZHUANBAN_BASE_URL": "https://zhuanban.example", "ZHUANBAN_PROXIES": "2"}, 2),
        ({"ZHUANBAN_BASE_URL": "https://zhuanban.example", "ZHUANBAN_PROXIES": "0"}, 0),
    ],
)
def test_where_there_is_tls_there_is_a_proxy(changes: dict[str, str], proxies: int) -> None:
    assert Settings.from_env({**GOOD, **changes}).proxies_in_front == proxies


@pytest.mark.parametrize(
    "changes, said",
    [
        pytest.param({"ZHUANBAN_DATABSE_URL": "x"}, "ZHUANBAN_DATABSE_URL", id="misspelt"),
        pytest.param({"ZHUANBAN_SECRET_KEY": "short"}, "ZHUANBAN_SECRET_KEY", id="short secret"),
        pytest.param({"ZHUANBAN_VAULT_KEYS": "1:c2hvcnQ="}, "ZHUANBAN_VAULT_KEYS", id="short key"),
        pytest.param({"ZHUANBAN_SEAL_KEYS": "1:c2hvcnQ="}, "ZHUANBAN_SEAL_KEYS", id="short seal key"),
        pytest.param({"ZHUANBAN_SEAL_PUBLIC_KEYS": "x"}, "ZHUANBAN_SEAL_PUBLIC_KEYS", id="no public key"),
        pytest.param(
            {"ZHUANBAN_SEAL_KEYS": SEAL_KEY, "ZHUANBAN_SEAL_PUBLIC_KEYS": SEAL_KEY},
            "ZHUANBAN_SEAL_PUBLIC_KEYS: .* as a private and as a public key",
            id="one number for two seal keys",
        ),
        pytest.param({"ZHUANBAN_PORT": "0"}, "ZHUANBAN_PORT", id="no port"),
        pytest.param({"ZHUANBAN_PROVIDER": "twilio"}, "ZHUANBAN_TWILIO_ACCOUNT_SID", id="half a provider"),
        pytest.param({"ZHUANBAN_PROVIDER": "telegraph"}, "no provider telegraph", id="no such provider"),
        pytest.param({"ZHUANBAN_PROVIDER": ","}, "ZHUANBAN_PROVIDER", id="no provider at all"),
        pytest.param({"ZHUANBAN_PROVIDER": "simulator, simulator"}, "twice", id="one provider twice"),
        pytest.param(
            {"ZHUANBAN_PROVIDER": "simulator,aliyun"}, "ZHUANBAN_ALIYUN_TEMPLATES", id="half of one"
        ),
        pytest.param(ALIYUN, "ZHUANBAN_ALIYUN_TEMPLATES: none.toml", id="no file of codes"),
        pytest.param({**ALIYUN, "ZHUANBAN_ALIYUN_UPSTREAM": "1"}, "PUSH_TOKEN", id="texts that come nowhere"),
        pytest.param({"ZHUANBAN_ALIYUN_PUSH_TOKEN": "short"}, "ZHUANBAN_ALIYUN_PUSH_TOKEN", id="short token"),
        pytest.param({"ZHUANBAN_QUIET_HOURS": "21-8"}, "ZHUANBAN_QUIET_HOURS", id="no hours"),
        pytest.param({"ZHUANBAN_QUIET_DAYS": "sunday"}, "ZHUANBAN_QUIET_DAYS", id="no days"),
        pytest.param({"ZHUANBAN_SESSION_HOURS": "0"}, "ZHUANBAN_SESSION_HOURS", id="no session"),
        pytest.param({"ZHUANBAN_TOTP_REQUIRED": "admin,boss"}, "boss", id="no such role"),
        pytest.param({"ZHUANBAN_PROXIES": "-1"}, "ZHUANBAN_PROXIES", id="no proxies at all"),
        pytest.param({"ZHUANBAN_DATABASE_URL": ""}, "ZHUANBAN_DATABASE_URL", id="missing"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(changes: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsRefused, match=said) as refused:
        Settings.from_env({**GOOD, **changes})

    assert "short" not in str(refused.value)
    assert "c2hvcnQ" not in str(refused.value)
    assert SEAL_KEY not in str(refused.value)


@pytest.mark.parametrize(
    "provider, written, quiet",
    [
        ("simulator", None, None),
        ("twilio", None, Quiet(time(21), time(8))),
        ("twilio", "none", None),
        ("simulator", "22:00-07:30", Quiet(time(22), time(7, 30))),
    ],
)
def test_quiet_hours_are_kept_where_phones_are_real(
    provider: str, written: str | None, quiet: Quiet | None
) -> None:
    settings = Settings.from_env(GOOD)

    assert settings.model_copy(update={"provider": provider, "quiet_hours": written}).quiet == quiet


@pytest.mark.parametrize("written", [None, "22:00-07:30"])
def test_the_lunar_new_year_is_quiet_unless_somebody_says_otherwise(written: str | None) -> None:
    quiet = Settings.from_env(GOOD).model_copy(update={"provider": "twilio", "quiet_hours": written}).quiet
    none = Settings.from_env({**GOOD, "ZHUANBAN_QUIET_DAYS": "none"})

    assert quiet is not None
    assert (min(quiet.days), max(quiet.days)) == (date(2026, 2, 16), date(2100, 2, 9))
    assert none.model_copy(update={"provider": "twilio"}).quiet == Quiet(days=frozenset())


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_process_that_could_not_send_its_texts_does_not_start(command: str) -> None:
    done = CliRunner().invoke(main, [command], env={**GOOD, "ZHUANBAN_SMS_SIGNATURE_EN": "Kūnmíng Hotline"})

    assert done.exit_code == 1
    assert done.stderr.startswith("zhuanban: the English signature holds ū í, which would turn every")
    assert len(done.stderr.splitlines()) == 1
