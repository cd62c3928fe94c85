"""Every setting, read once from ZHUANBAN_* variables. An unknown one is a typing mistake and is refused."""

import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from app.access.accounts import Role
from app.sealing.keys import SealKeys
from notifications.lunar_year import EVES_AND_FIRST_DAYS
from notifications.providers.approved import CodesRefused, read_codes
from notifications.quiet import Quiet
from notifications.rules import Most
from tickets.ground.vault import KeyRingRefused, Vault

PREFIX = "ZHUANBAN_"

#: Every provider we know how to speak with.
PROVIDERS = ("simulator", "twilio", "aliyun")

IN_AN_ADDRESS = r"^[A-Za-z0-9_-]{32,200}$"
E164 = r"^\+[1-9][0-9]{4,14}$"
QUIET_HOURS = r"^(none|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)$"
CLAMAV = r"^(/\S+|[^\s/:]+:[1-9]\d{0,4}|\[[0-9a-fA-F:]+\]:[1-9]\d{0,4})$"


class SettingsRefused(Exception):
    """A setting is missing, unknown or unusable; the text says which."""


class Settings(BaseModel):
    """What the operator of the service decides. Each is described in the README."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: The application's role; owns nothing, cannot rewrite the timeline.
    database_url: str
    #: The role that owns the tables and migrates them; the application's where there is only one.
    owner_database_url: str | None = None
    #: The PostgreSQL schema of this district.
    schema_: Annotated[str, Field(alias="schema", pattern=r"^[a-z_][a-z0-9_]*$")] = "zhuanban"
    #: Signs sessions and forms; at least 32 characters.
    secret_key: Annotated[str, Field(min_length=32)]
    #: Key ring of the vault, newest first: 2:BASE64,1:BASE64.
    vault_keys: str
    #: Private keys that roots and evidence are signed with, newest first: 2:BASE64,1:BASE64.
    seal_keys: str | None = None
    #: Public keys of private ones that are gone, so that their roots can still be checked: 1:BASE64.
    seal_public_keys: str | None = None
    #: Address citizens and providers reach us under.
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    web_workers: Annotated[int, Field(ge=1, le=64)] = 2
    web_threads: Annotated[int, Field(ge=1, le=64)] = 4
    #: Whether PostgreSQL is reached through a pooler that cannot keep prepared statements.
    behind_pooler: bool = False
    #: Who carries the texts: one or several names, with commas between them, whoever is asked first in front.
    provider: str = "simulator"
    #: Name in front of every text, in Chinese and in English.
    sms_signature: Annotated[str, Field(min_length=2, max_length=12)] = "盘龙热线"
    sms_signature_en: Annotated[str, Field(min_length=2, max_length=20)] = "Panlong Hotline"
    twilio_account_sid: str | None = None
    twilio_auth_token: str | None = None
    #: The token that was in force before; receipts signed with it are taken during rotation.
    twilio_auth_token_old: str | None = None
    twilio_from: str | None = None
    twilio_messaging_service_sid: str | None = None
    twilio_api_base: str | None = None
    aliyun_access_key_id: str | None = None
    aliyun_access_key_secret: str | None = None
    #: The approved signature, without its brackets; not set, the name in front of every text.
    aliyun_sign_name: str | None = None
    #: A file that says which of our words are approved, and under which code.
    aliyun_templates: Path | None = None
    #: Stands in the address Aliyun pushes to, which is all that proves it; and the one before.
    aliyun_push_token: Annotated[str, Field(pattern=IN_AN_ADDRESS)] | None = None
    aliyun_push_token_old: Annotated[str, Field(pattern=IN_AN_ADDRESS)] | None = None
    #: Whether citizens' texts are pushed to us, so that a survey may be answered.
    aliyun_upstream: bool = False
    aliyun_extend_code: Annotated[str, Field(pattern=r"^[0-9]{1,7}$")] | None = None
    aliyun_api_base: str | None = None
    #: Whether calls that reach our number at Twilio are answered.
    voice: bool = False
    #: Where the desk's telephones ring in working hours; not set, the menu answers at any hour.
    voice_desk: Annotated[str, Field(pattern=E164)] | None = None
    #: Calls that may ring or be spoken at the desk at once; one more hears the menu.
    voice_lines: Annotated[int, Field(ge=1, le=500)] = 10
    #: Whether citizens whom no text can reach are called and asked by keypad how it went.
    voice_survey: bool = False
    #: Tries of a round that are the machine's; all others are the callback desk's, the last one in any case.
    voice_survey_tries: Annotated[int, Field(ge=1, le=2)] = 2
    #: Number of the assessment that allows sending +86 numbers abroad (PIPL articles 38 to 40).
    abroad_assessment: str | None = None
    #: Where clamd listens: a path beginning with /, or HOST:PORT; not set, files are not scanned.
    clamav: Annotated[str, Field(pattern=CLAMAV)] | None = None
    #: When no text leaves that can wait, as 21:00-08:00, or none; not set, the simulator sends at any hour.
    quiet_hours: Annotated[str, Field(pattern=QUIET_HOURS)] | None = None
    #: Days on which none leaves either, where there are quiet hours.
    quiet_days: Literal["lunar_new_year", "none"] = "lunar_new_year"
    #: Days after which the words of a text that has an outcome are erased; that it was sent stays.
    text_days: Annotated[int, Field(ge=30, le=3_650)] = 180
    #: Days after which photos and signatures of visits and services are erased; that they were made stays.
    photo_days: Annotated[int, Field(ge=1, le=3_650)] = 365
    signature_days: Annotated[int, Field(ge=1, le=3_650)] = 1_095
    #: Texts a number gets a day that tell of no right, number or date; not set, the simulator counts none.
    texts_a_day: Annotated[int, Field(ge=1, le=20)] | None = None
    #: Minutes without a click after which a sign-in ends.
    idle_minutes: Annotated[int, Field(ge=5, le=1440)] = 120
    #: Days after closing when a ticket goes to the archive, as the archives office fixed them.
    archive_after_days: Annotated[int, Field(ge=30, le=36_500)] = 365
    #: Looks at identities an hour for one account; calling the citizen of one's own order counts apart.
    looks_an_hour: Annotated[int, Field(ge=1, le=10_000)] = 20
    calls_an_hour: Annotated[int, Field(ge=1, le=10_000)] = 60
    #: Hours after which a sign-in ends, whatever was clicked.
    session_hours: Annotated[int, Field(ge=1, le=168)] = 12
    #: Signs a new password has at least.
    password_length: Annotated[int, Field(ge=8, le=64)] = 10
    #: Roles that sign in with a code besides the password, with commas between them.
    totp_required: str = ""
    #: Lets a monitor read /metrics from another machine; at least 32 characters.
    metrics_token: Annotated[str, Field(min_length=32)] | None = None
    #: Proxies in front of us, each of which adds the address it was called from to X-Forwarded-For.
    proxies: Annotated[int, Field(ge=0, le=5)] | None = None
    #: The demo: simulated phones, invented accounts, no limits for 127.0.0.1.
    demo: bool = False
    demo_password: str | None = None

    @field_validator("vault_keys")
    @classmethod
    def _keys_can_be_read(cls, keys: str) -> str:
        try:
            Vault.from_setting(keys)
        except KeyRingRefused as refused:
            raise ValueError(str(refused)) from refused
        return keys

    @field_validator("provider")
    @classmethod
    def _providers_there_are(cls, names: str) -> str:
        named = _words(names)
        unknown = [name for name in named if name not in PROVIDERS]
        if unknown or not named:
            raise ValueError(f"there is no provider {', '.join(unknown)}; there are {', '.join(PROVIDERS)}")
        if len(set(named)) < len(named):
            raise ValueError("names a provider twice")
        return names

    @field_validator("totp_required")
    @classmethod
    def _roles_there_are(cls, roles: str) -> str:
        unknown = [role for role in _words(roles) if role not in list(Role)]
        if unknown:
            raise ValueError(f"there is no role {', '.join(unknown)}; the roles are {', '.join(Role)}")
        return roles

    @field_validator("seal_keys", "seal_public_keys")
    @classmethod
    def _seal_keys_can_be_read(cls, keys: str | None, info: ValidationInfo) -> str | None:
        try:
            if info.field_name == "seal_keys":
                SealKeys.from_settings(keys, None)
            else:
                SealKeys.from_settings(info.data.get("seal_keys"), keys)
        except KeyRingRefused as refused:
            raise ValueError(str(refused)) from refused
        return keys

    @field_validator("database_url", "owner_database_url")
    @classmethod
    def _psycopg_3(cls, url: str | None) -> str | None:
        # Plain postgresql:// is what people write; the driver is ours to choose.
        return url.replace("postgresql://", "postgresql+psycopg://", 1) if url else url

    @model_validator(mode="after")
    def _twilio_is_whole(self) -> Self:
        if "twilio" in self.providers:
            sender = self.twilio_from or self.twilio_messaging_service_sid
            if not (self.twilio_account_sid and self.twilio_auth_token and sender):
                raise ValueError(
                    "ZHUANBAN_PROVIDER=twilio needs ZHUANBAN_TWILIO_ACCOUNT_SID, ZHUANBAN_TWILIO_AUTH_TOKEN "
                    "and ZHUANBAN_TWILIO_FROM or ZHUANBAN_TWILIO_MESSAGING_SERVICE_SID"
                )
        elif self.voice:
            raise ValueError("ZHUANBAN_VOICE needs twilio among ZHUANBAN_PROVIDER: it brings the calls")
        if self.voice_survey and not (self.voice and re.fullmatch(E164, self.twilio_from or "")):
            raise ValueError(
                "ZHUANBAN_VOICE_SURVEY needs ZHUANBAN_VOICE, "
                "and ZHUANBAN_TWILIO_FROM with the number it calls from"
            )
        return self

    @model_validator(mode="after")
    def _aliyun_is_whole(self) -> Self:
        if "aliyun" not in self.providers:
            return self
        if not (self.aliyun_access_key_id and self.aliyun_access_key_secret and self.aliyun_templates):
            raise ValueError(
                "ZHUANBAN_PROVIDER with aliyun needs ZHUANBAN_ALIYUN_ACCESS_KEY_ID, "
                "ZHUANBAN_ALIYUN_ACCESS_KEY_SECRET and ZHUANBAN_ALIYUN_TEMPLATES"
            )
        if self.aliyun_upstream and not self.aliyun_push_token:
            raise ValueError(
                "ZHUANBAN_ALIYUN_UPSTREAM needs ZHUANBAN_ALIYUN_PUSH_TOKEN: the texts come there"
            )
        try:
            read_codes(self.aliyun_templates)
        except CodesRefused as refused:
            raise ValueError(f"ZHUANBAN_ALIYUN_TEMPLATES: {refused}") from refused
        return self

    @property
    def providers(self) -> tuple[str, ...]:
        """Who carries the texts, by name, whoever is asked first in front."""
        return tuple(_words(self.provider))

    @property
    def scans(self) -> bool:
        """Whether files wait for a scanner before anybody opens them."""
        return self.clamav is not None

    @property
    def https(self) -> bool:
        """Whether browsers reach us over TLS."""
        return self.base_url.startswith("https://")

    @property
    def quiet(self) -> Quiet | None:
        """When no text leaves that can wait. The simulator wakes nobody, so a demo can be given at night."""
        days = EVES_AND_FIRST_DAYS if self.quiet_days == "lunar_new_year" else frozenset()
        if self.quiet_hours is None:
            return None if self.providers == ("simulator",) else Quiet(days=days)
        if self.quiet_hours == "none":
            return None
        begins, ends = self.quiet_hours.split("-")
        return Quiet(time.fromisoformat(begins), time.fromisoformat(ends), days)

    @property
    def most_texts(self) -> Most | None:
        """How many texts a number gets on a day. A demo is given again and again on the same phones."""
        if self.texts_a_day is None:
            return None if self.provider == "simulator" else Most()
        return Most(ordinary=self.texts_a_day)

    def needs_totp(self, role: str) -> bool:
        """Whether who has *role* signs in with a code, or has to set that up first."""
        return role in _words(self.totp_required)

    @property
    def proxies_in_front(self) -> int:
        """How many proxies to believe. We end no TLS ourselves: where it is used, there is one at least."""
        return self.proxies if self.proxies is not None else int(self.https)

    def signatures(self) -> dict[str, str]:
        """What stands in front of every text, by language."""
        return {"zh_Hans": f"【{self.sms_signature}】", "en": f"[{self.sms_signature_en}] "}

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """
        Read the ZHUANBAN_* variables of *env*; an empty one counts as not set.

        :raises SettingsRefused: one is missing, unknown or unusable.
        """
        ours = {
            key.removeprefix(PREFIX).lower(): value for key, value in env.items() if key.startswith(PREFIX)
        }
        try:
            return cls.model_validate({key: value for key, value in ours.items() if value != ""})
        except ValidationError as refused:
            raise SettingsRefused(_sentences(refused)) from None


def _words(written: str) -> list[str]:
    return [word.strip() for word in written.split(",") if word.strip()]


def _sentences(refused: ValidationError) -> str:
    said = []
    for error in refused.errors(include_input=False, include_url=False):
        name = PREFIX + "_".join(str(part) for part in error["loc"]).upper() if error["loc"] else "settings"
        what = (
            "is not a setting; see the README for their names"
            if error["type"] == "extra_forbidden"
            else error["msg"]
        )
        said.append(f"{name}: {what}")
    return "\n".join(said)
