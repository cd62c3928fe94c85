"""What people are told when something cannot be: a sentence for what is wrong, one for what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from app.language.refusals import ERRORS
from app.language.refused_fields import FIELDS
from app.language.service_words import SERVICE_STATES, SERVICE_STEPS
from app.language.shown import holder_name
from app.language.wording_words import FORBIDDEN, TELLS
from app.language.words import MOVES, ORDER_STATES, REQUESTS, STATES
from tickets.ground.errors import BadField

#: Pydantic's words for what is wrong, in ours.
OURS = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_pattern_mismatch": "bad_pattern",
    "string_unicode": "bad_character",
    "enum": "not_in_list",
    "literal_error": "not_in_list",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "timezone_aware": "bad_time",
    "datetime_parsing": "bad_time",
    "datetime_from_date_parsing": "bad_time",
    "datetime_type": "bad_time",
    "date_parsing": "bad_day",
    "date_from_datetime_parsing": "bad_day",
    "date_from_datetime_inexact": "bad_day",
    "time_parsing": "bad_clock_time",
}


@dataclass(frozen=True)
class Sentence:
    """What is wrong, and what to do."""

    message: str
    remedy: str


@dataclass(frozen=True)
class FieldSentence(Sentence):
    """What is wrong with one field."""

    field: str


def sentence(code: str, params: Mapping[str, Any]) -> Sentence:
    """What to say of the error *code*, in the language of who asked."""
    # Whoever was first is named where it is known.
    told = f"{code}_by" if "by" in params and f"{code}_by" in ERRORS else code
    message, remedy = ERRORS.get(told, ERRORS["http_500"])
    words = _in_words(params)
    return Sentence(str(message) % words, str(remedy) % words)


def field_sentence(bad: BadField) -> FieldSentence:
    """What to say of one field."""
    message, remedy = FIELDS.get(bad.code, FIELDS["wrong_type"])
    words = _in_words(bad.params)
    return FieldSentence(message=str(message) % words, remedy=str(remedy) % words, field=bad.field)


def fields_of(error: ValidationError, prefix: str = "") -> list[BadField]:
    """What pydantic found wrong, as fields of ours. The values given are left out: they may be personal."""
    return [
        BadField(
            prefix + (".".join(str(part) for part in found["loc"]) or "body"),
            OURS.get(found["type"], found["type"] if found["type"] in FIELDS else "wrong_type"),
            dict(found.get("ctx", {})),
        )
        for found in error.errors(include_url=False, include_input=False)
    ]


def _in_words(params: Mapping[str, Any]) -> dict[str, Any]:
    words = {**params, **({"by": holder_name(params["by"])} if "by" in params else {})}
    if "state" in words:
        words["state"] = STATES.get(words["state"]) or ORDER_STATES[words["state"]]
    if "request" in words:
        words["request"] = REQUESTS[words["request"]]
    if "service_step" in words:
        words["service_state"] = SERVICE_STATES[words["service_state"]]
        words["service_step"] = SERVICE_STEPS[words["service_step"]]
    for name, known in {"move": MOVES, "why": FORBIDDEN}.items():
        if name in words:
            words[name] = known[words[name]]
    if "tells" in words:
        words["tells"] = TELLS[words["tells"]]
        words["law"] = f" · {words['law']}" if words["law"] else ""
    if isinstance(words.get("units"), list):
        words["units"] = "、".join(words["units"])
    return words
