"""The houses that texts are sent from: through one provider's double, or through two while shares move."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

from app.embedded.server import Server, erase, serving
from app.wiring import House
from notifications.routes import move_by_hand
from notifications.routing import Way
from notifications.wording import Wording
from tests.chaos.carried import Landed, LandedAtAliyun, LandedAtTwilio
from tests.chaos.senders import FAULTS_OF_ALIYUN, FAULTS_OF_TWILIO, LIST_LAG, moods
from tests.chaos.sending import Meanwhile
from tests.doubles.aliyun_carrier import EXTEND_CODE, KEY, SIGN_NAME, AliyunDouble, running_aliyun_double
from tests.doubles.carrier import ACCOUNT, SENDER, TOKEN, TwilioDouble, running_double
from tests.notifications.makers import SIGNATURES, WORDS
from tests.server import prepare, settings_for

#: Where all texts of two providers go, and who may carry them.
MAINLAND = "+86"
#: After so many kills the shares are others.
KILLS_BETWEEN_SHARES = 4


def foreign_phone(number: int) -> str:
    """A number kept for fiction, which may be texted from abroad."""
    return f"+1202555{number:04d}"


def mainland_phone(number: int) -> str:
    """A mainland number, another for each ticket."""
    return f"+8613800{number:06d}"


@contextmanager
def own_house(settings: Mapping[str, Any]) -> Iterator[tuple[House, Server]]:
    """A house on a database of its own, and the server of that."""
    folder = Path(mkdtemp(prefix="zhuanban-chaos-"))
    try:
        with serving(folder) as server:
            plain = settings_for(server.cluster.url(), server.cluster.owner_url())
            prepare(plain)
            # Run at any time of day.
            made = House.of(plain.model_copy(update={"quiet_hours": "none", **settings}), pool=4)
            yield made, server
            made.engine.dispose()
    finally:
        erase(folder)
        shutil.rmtree(folder, ignore_errors=True)


def through_twilio(double: TwilioDouble) -> dict[str, Any]:
    """Settings with the double for Twilio."""
    return {
        "provider": "twilio",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_from": SENDER,
        "twilio_api_base": double.base,
    }


class TwilioAlone:
    """Twilio's double, unreliable for so many texts."""

    def __init__(self, double: TwilioDouble, random: Random, texts: int) -> None:
        self.settings = through_twilio(double)
        self._double = double
        double.control(list_lag=LIST_LAG)
        double.fail(*moods(random, texts))

    def landed(self) -> dict[str, Landed]:
        """What it took."""
        return {"twilio": LandedAtTwilio(self._double)}

    def violations(self) -> list[str]:
        """What it does not let through."""
        return self._double.violations()

    def tell_sometimes(self, kills: int) -> Meanwhile:
        """A receipt proves a text without any look-up, so most of the time there are none."""

        def tell(made: int) -> None:
            tells = 0.4 * kills <= made < 0.6 * kills
            self._double.control(receipts=["sent", "delivered"] if tells else [])

        return tell


class TwoProviders:
    """Both doubles, each unreliable in its own ways, and shares that move between them."""

    def __init__(self, twilio: TwilioDouble, aliyun: AliyunDouble, folder: Path) -> None:
        codes = folder / "codes.toml"
        lines = "\n".join(f'"{form}" = "{code}"' for form, code in aliyun.codes.items())
        codes.write_text(f"[codes]\n{lines}\n", encoding="utf-8")
        self._twilio, self._aliyun = twilio, aliyun
        self.settings: dict[str, Any] = {
            **through_twilio(twilio),
            "provider": "aliyun,twilio",
            "abroad_assessment": "CHAOS-1",
            "aliyun_access_key_id": KEY.id,
            "aliyun_access_key_secret": KEY.secret,
            "aliyun_sign_name": SIGN_NAME,
            "aliyun_templates": codes,
            "aliyun_push_token": "of-no-use-outside-the-tests-0123456789",
            "aliyun_upstream": True,
            "aliyun_extend_code": EXTEND_CODE,
            "aliyun_api_base": aliyun.base,
        }

    def be_unreliable(self, random: Random, texts: int) -> None:
        """Refuse, break off and be slow, each for as many texts as there will be."""
        self._twilio.control(list_lag=LIST_LAG)
        self._aliyun.control(list_lag=LIST_LAG)
        self._twilio.fail(*moods(random, texts, FAULTS_OF_TWILIO))
        self._aliyun.fail(*moods(random, texts, FAULTS_OF_ALIYUN))

    def landed(self) -> dict[str, Landed]:
        """What each of them took."""
        return {"twilio": LandedAtTwilio(self._twilio), "aliyun": LandedAtAliyun(self._aliyun)}

    def violations(self) -> list[str]:
        """What they do not let through."""
        return [*self._twilio.violations(), *self._aliyun.violations()]


def moving_shares(house: House, random: Random) -> Meanwhile:
    """Give the providers other shares after every few kills; the clockwork moves them besides."""

    def move(kills: int) -> None:
        if kills % KILLS_BETWEEN_SHARES:
            return
        share = random.choice((20, 40, 50, 60, 80))
        ways = (Way("aliyun", share, 50), Way("twilio", 100 - share, 50))
        with house.session() as session, session.begin():
            move_by_hand(session, list(house.providers), MAINLAND, ways, by="admin", said="chaos")

    return move


@contextmanager
def two_providers() -> Iterator[TwoProviders]:
    """Both doubles, running."""
    folder = Path(mkdtemp(prefix="zhuanban-codes-"))
    try:
        with running_double() as twilio, running_aliyun_double(Wording(WORDS, SIGNATURES)) as aliyun:
            yield TwoProviders(twilio, aliyun, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
