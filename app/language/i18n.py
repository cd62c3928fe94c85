"""Which language and text size a reader gets, and how dates and numbers read in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, abort, g, has_request_context, redirect, request
from flask_babel import Babel, Domain, force_locale, get_locale, gettext
from jinja2 import pass_context
from jinja2.runtime import Context
from werkzeug.wrappers import Response

from app.access.doors import open_to
from app.language import clock_words, file_words, text_words, words

Moment = datetime | str | None

SHANGHAI = ZoneInfo("Asia/Shanghai")
TRANSLATIONS = Path(__file__).parent.parent / "translations"

#: What stands in an address or a cookie, and the catalogue it means. The first is spoken when nobody asks.
LANGUAGES = {"zh": "zh_Hans", "en": "en"}
HTML_LANGUAGES = {"zh": "zh-CN", "en": "en"}

#: Pages for citizens, and the API; only there does `Accept-Language` count. Staff choose theirs.
CITIZEN_PAGES = {"", "track", "report", "rate", "notice", "api"}

A_YEAR = 365 * 24 * 3600

PATTERNS = {
    "zh": {
        "short": "MM-dd HH:mm",
        "short, year": "y-MM-dd HH:mm",
        "brief": "MM-dd",
        "brief, year": "y-MM-dd",
        "day": "M 月 d 日（EEE）",
        "day, year": "y 年 M 月 d 日（EEE）",
        "exact": "M 月 d 日（EEE）HH:mm",
        "exact, year": "y 年 M 月 d 日（EEE）HH:mm",
    },
    "en": {
        "short": "d MMM HH:mm",
        "short, year": "d MMM y HH:mm",
        "brief": "d MMM",
        "brief, year": "d MMM y",
        "day": "EEE d MMM",
        "day, year": "EEE d MMM y",
        "exact": "EEE d MMM HH:mm",
        "exact, year": "EEE d MMM y HH:mm",
    },
}

reader = Blueprint("reader", __name__)


@contextmanager
def speaking(catalogue: str) -> Iterator[None]:
    """Speak another language for a while, whatever this request was asked in."""
    before = g.pop("catalogue", None)
    try:
        with force_locale(catalogue):
            yield
    finally:
        g.catalogue = before


class PoDomain(Domain):  # type: ignore[misc]  # Flask-Babel ships no types
    """Reads the .po files themselves, so nothing has to be compiled before a start."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.catalogues = {name: catalogue_of(folder, name) for name in LANGUAGES.values()}

    def get_translations(self) -> NullTranslations:
        """The catalogue of this request, looked up once: a page asks for it hundreds of times."""
        found: NullTranslations | None = g.get("catalogue")
        if found is None:
            found = self.catalogues.get(str(get_locale())) or NullTranslations()
            g.catalogue = found
        return found


@cache
def catalogue_of(folder: Path, locale: str) -> Translations:
    """The translations of one .po file, held in memory; a process reads it once."""
    with (folder / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=locale, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def init_i18n(app: Flask, now: Callable[[], datetime]) -> None:
    """Teach *app* its languages. *now* tells pages what day it is; it is asked only while a page is drawn."""
    babel = Babel()
    babel.init_app(
        app,
        default_locale=LANGUAGES["zh"],
        default_timezone=str(SHANGHAI),
        locale_selector=lambda: LANGUAGES[language()],
    )
    babel.domain_instance = PoDomain(TRANSLATIONS)
    dates = Dates(now)
    app.jinja_env.filters.update(
        moment=dates.moment,
        brief=dates.brief,
        day=dates.day,
        exact=dates.exact,
        time_of_day=time_of_day,
        iso=iso,
        grouped_ref=grouped_ref,
        grouped_code=grouped_code,
        masked=masked,
    )
    app.jinja_env.globals.update(
        words=words,
        clock_words=clock_words,
        file_words=file_words,
        text_words=text_words,
        language=language,
        html_language=lambda: HTML_LANGUAGES[language()],
        large_type=large_type,
        today=lambda: in_shanghai(now()).date(),
    )
    app.register_blueprint(reader)


# Who reads


def language() -> str:
    """The language of this request: asked for, remembered, or the browser's; `zh` outside a request."""
    if not has_request_context():
        return "zh"
    # Some pages have a language of their own, whoever reads them.
    asked = (
        g.get("speaks")
        or known_language(request.args.get("lang"))
        or known_language(request.cookies.get("lang"))
    )
    return asked or ("en" if _citizen_reads_english() else "zh")


def known_language(code: str | None) -> str | None:
    """`en` for `en`, `en-GB`, `en_US`; `zh` for `zh`, `zh-CN`, `zh_Hans`; nothing for all else."""
    main = (code or "").replace("_", "-").lower().partition("-")[0]
    return main if main in LANGUAGES else None


def _citizen_reads_english() -> bool:
    if request.path.split("/")[1] not in CITIZEN_PAGES:
        return False
    spoken = [known_language(code) for code in request.accept_languages.values()]
    return spoken[:1] == ["en"] and "zh" not in spoken


def large_type() -> bool:
    """This reader asked for large type."""
    return has_request_context() and request.cookies.get("text") == "large"


@reader.get("/language/<code>")
@open_to("everybody")
def switch_language(code: str) -> Response:
    chosen = known_language(code) or abort(404)
    return _remember(redirect(way_back()), "lang", chosen)


@reader.get("/text-size/<size>")
@open_to("everybody")
def switch_text_size(size: str) -> Response:
    if size not in ("large", "normal"):
        abort(404)
    return _remember(redirect(way_back()), "text", size)


@reader.after_app_request
def remember_asked_language(response: Response) -> Response:
    """A link with `?lang=en` decides for the pages after it, too."""
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
    asked = known_language(request.args.get("lang"))
    return _remember(response, "lang", asked) if asked else response


def _remember(response: Response, name: str, value: str) -> Response:
    response.set_cookie(name, value, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def way_back() -> str:
    """Where the reader came from, as a path of this site. Never another site, never back to `?lang=`."""
    asked = request.args.get("next") or _path_of_referrer()
    # Browsers read a backslash as a slash and drop control characters, so `/\\evil.example` would leave.
    parts = urlsplit(asked.replace("\\", "/"))
    ours = asked.isprintable() and not parts.netloc and not parts.scheme
    if not ours or not parts.path.startswith("/") or parts.path.startswith("//"):
        return "/"
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key != "lang"])
    return f"{parts.path}?{query}" if query else parts.path


def _path_of_referrer() -> str:
    parts = urlsplit(request.referrer or "")
    return f"{parts.path}?{parts.query}" if parts.netloc == request.host else "/"


# Filters


class Dates:
    """Filters that say a moment the short way when it is near. *clock* answers what is near."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock

    @pass_context
    def moment(self, context: Context, value: Moment, now: datetime | None = None) -> str:
        """`今日 09:31`, `11-20 17:12`, `2025-11-20 17:12`."""
        if value is None:
            return ""
        at = in_shanghai(value)
        if at.date() == self._today(context, now):
            return str(gettext("今日 %(time)s", time=f"{at:%H:%M}"))
        return format_datetime(at, self._pattern("short", at, context, now), SHANGHAI, _locale())

    @pass_context
    def exact(self, context: Context, value: Moment, now: datetime | None = None) -> str:
        """`11 月 30 日（周一）17:00`: a moment that binds."""
        if value is None:
            return ""
        at = in_shanghai(value)
        return format_datetime(at, self._pattern("exact", at, context, now), SHANGHAI, _locale())

    @pass_context
    def day(self, context: Context, value: Moment | date, now: datetime | None = None) -> str:
        """`11 月 30 日（周一）`."""
        return self._day("day", value, context, now)

    @pass_context
    def brief(self, context: Context, value: Moment | date, now: datetime | None = None) -> str:
        """`11-30`."""
        return self._day("brief", value, context, now)

    def _day(self, length: str, value: Moment | date, context: Context, now: datetime | None) -> str:
        if value is None:
            return ""
        day = in_shanghai(value).date() if isinstance(value, datetime | str) else value
        return format_date(day, self._pattern(length, day, context, now), _locale())

    def _pattern(self, length: str, day: date, context: Context, now: datetime | None) -> str:
        this_year = day.year == self._today(context, now).year
        return PATTERNS[_locale().language][length if this_year else f"{length}, year"]

    def _today(self, context: Context, now: datetime | None) -> date:
        return in_shanghai(now or context.get("now") or self.clock()).date()


def _locale() -> Locale:
    """The language spoken just now, which a text to somebody else may have switched for a moment."""
    return get_locale() or Locale.parse(LANGUAGES["zh"])


def in_shanghai(value: datetime | str) -> datetime:
    """The same moment on a Shanghai clock. Facts keep moments as text, so both are taken."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    if at.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(SHANGHAI)


def time_of_day(value: Moment) -> str:
    """`17:00`."""
    return "" if value is None else f"{in_shanghai(value):%H:%M}"


def iso(value: Moment) -> str:
    """RFC 3339 with +08:00 and whole seconds, for `<time datetime>`."""
    return "" if value is None else in_shanghai(value).isoformat(timespec="seconds")


def grouped_ref(ref: str) -> str:
    """`261123 0004 1270`, so it can be read aloud."""
    return f"{ref[:6]} {ref[6:10]} {ref[10:]}" if len(ref) == 14 else ref


def grouped_code(code: str) -> str:
    """`123 456`."""
    return f"{code[:3]} {code[3:]}" if len(code) == 6 else code


def masked(value: str | None) -> str:
    """A phone as `138****0000`, an identity card as `530*************12`, a name as `金**`."""
    if not value:
        return ""
    number = value.replace(" ", "").replace("-", "").removeprefix("+86")
    if number.isdigit() and 7 <= len(number) <= 13:
        return f"{number[:3]}****{number[-4:]}"
    if len(number) >= 15 and number[:-1].isdigit():
        return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"
    return f"{value[0]}**"
