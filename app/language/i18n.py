"""Which language and text size a reader gets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, abort, g, has_request_context, redirect, request
from flask_babel import Babel, Domain, force_locale, get_locale
from werkzeug.wrappers import Response

from app.access.doors import open_to
from app.language import clock_words, effect_words, file_words, text_words, words
from app.language.shown import (
    Dates,
    grouped_code,
    grouped_ref,
    holder_name,
    in_shanghai,
    iso,
    masked,
    time_of_day,
)
from tickets.ground.refs import SHANGHAI

TRANSLATIONS = Path(__file__).parent.parent / "translations"

#: What stands in an address or a cookie, and the catalogue it means. The first is spoken when nobody asks.
LANGUAGES = {"zh": "zh_Hans", "en": "en"}
HTML_LANGUAGES = {"zh": "zh-CN", "en": "en"}

#: Pages for citizens, and the API; only there does `Accept-Language` count. Staff choose theirs.
CITIZEN_PAGES = {"", "track", "report", "rate", "notice", "api"}

A_YEAR = 365 * 24 * 3600

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
        holder=holder_name,
        masked=masked,
    )
    app.jinja_env.globals.update(
        words=words,
        clock_words=clock_words,
        effect_words=effect_words,
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
