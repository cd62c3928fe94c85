"""Every Chinese sentence on a page has its English, and no English stands for a sentence that is gone."""

from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}

#: A sentence and the context that tells it from its twin.
Said = tuple[str | None, str]


@cache
def said_in_the_code() -> frozenset[Said]:
    return frozenset((context, said if isinstance(said, str) else said[0]) for context, said in extracted())


@cache
def extracted() -> frozenset[tuple[str | None, str | tuple[str, ...]]]:
    found = set()
    for folder in ("app", "templates"):
        for _file, _line, sentence, _comments, context in extract_from_dir(
            ROOT / folder, METHODS, keywords=KEYWORDS
        ):
            found.add((context, sentence))
    return frozenset(found)


def catalogue(locale: str) -> Catalog:
    path = ROOT / "app" / "translations" / locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=locale, abort_invalid=True)


def key(message: Message) -> Said:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def sentences(locale: str) -> list[Message]:
    return [message for message in catalogue(locale) if message.id]


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or [""])


def is_whole(message: Message) -> bool:
    return all(forms(message)) and not message.fuzzy


def test_every_sentence_has_its_english() -> None:
    translated = {key(message) for message in sentences("en") if is_whole(message)}
    missing = sorted(said_in_the_code() - translated, key=str)

    assert not missing, "no English for:\n" + "\n".join(
        f"{context or ''} {text}" for context, text in missing
    )


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_no_translation_outlives_its_sentence(locale: str) -> None:
    left_over = sorted({key(message) for message in sentences(locale)} - said_in_the_code(), key=str)

    assert not left_over, f"{locale} still has:\n" + "\n".join(f"{c or ''} {text}" for c, text in left_over)


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_placeholders_survive_translation(locale: str) -> None:
    wrong = [str(error) for message in sentences(locale) if is_whole(message) for error in message.check()]

    assert not wrong, wrong


def test_english_speaks_english() -> None:
    chinese = [text for m in sentences("en") for text in forms(m) if any("一" <= c <= "鿿" for c in text)]

    assert not chinese, chinese


def test_a_sentence_that_counts_is_translated_for_one_and_for_many() -> None:
    counted = {(context, said[0]) for context, said in extracted() if isinstance(said, tuple)}
    one_form = {key(message) for message in sentences("en") if isinstance(message.id, str)}

    assert not counted & one_form
