"""Every question of the file: those answered by hand, then each promise from each moment that matters."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.tickets.deriving import law
from tests.tickets.deriving.by_hand import ADDS, BETWEENS
from tests.tickets.deriving.calendars import NOTICES, calendars
from tests.tickets.deriving.sources import SOURCES

Vector = dict[str, Any]

#: Where each promise is written: source, unit, length.
PROMISES: dict[str, list[tuple[str, int]]] = {
    "minute": [("house", 10), ("gbt-33358", 3), ("wuhu-urgent", 30)],
    "hour": [("beijing-2h", 2), ("beijing-24h", 24), ("anyang-24h", 24), ("chuxiong-48h", 48)],
    "working_hour": [("house", 2), ("house", 4), ("house", 11)],
    "working_day": [
        ("xiayang-contact", 1),
        ("sichuan-3", 3),
        ("weifang-5", 5),
        ("sichuan-7", 7),
        ("aid-10", 10),
        ("sichuan-15", 15),
        ("aid-delegated", 20),
        ("aid-30", 30),
        ("aid-45", 45),
        ("aid-3", 3),
        ("petitions-objection", 5),
        ("xiayang-rework", 3),
        ("destitute-15", 15),
    ],
    "calendar_day": [
        ("urgent-aid-3", 3),
        ("petitions-register", 15),
        ("petitions-review", 30),
        ("petitions-handle", 60),
    ],
    "calendar_month": [("aid-death", 3), ("aid-leaving", 6), ("wuhu-9", 9), ("rigid-12", 12)],
    "month": [("visits-village", 1), ("visits-village", 3)],
    "half_year": [("visits-street", 1), ("aid-half-year", 2)],
}

#: Moments at the edges of what the notices say.
EDGES = [
    *("2024-02-02T16:30", "2024-02-04T09:00", "2024-02-08T16:59:59", "2024-02-09T17:00", "2024-02-12T10:00"),
    *("2024-02-18T11:30", "2024-04-03T15:00", "2024-04-07T13:00", "2024-04-30T12:00", "2024-05-11T09:30"),
    *("2024-06-07T16:00", "2024-09-13T10:00", "2024-09-29T08:00", "2024-09-30T17:00", "2024-10-12T14:00"),
    *("2025-01-24T15:15", "2025-01-26T12:30", "2025-01-27T16:59:59", "2025-02-08T16:00", "2025-04-27T10:00"),
    *(
        "2025-04-30T17:00:01",
        "2025-05-30T14:00",
        "2025-09-28T13:30",
        "2025-09-30T23:59:59",
        "2025-10-11T09:00",
    ),
    *("2025-12-31T16:00", "2026-01-04T10:00", "2026-02-13T17:00", "2026-02-14T08:59:59", "2026-02-18T00:00"),
    *("2026-02-28T11:00", "2026-04-30T16:30", "2026-05-09T12:00", "2026-06-18T13:00", "2026-09-20T16:00"),
    *("2026-09-24T16:59:59", "2026-09-30T09:00", "2026-10-10T15:45"),
]

#: Moments that are awkward to write.
FORMS = [
    ("2024-02-28T23:59:59", "form-leap"),
    ("2024-02-29T00:00", "form-leap"),
    ("2024-02-29T23:59:59.999999", "form-leap"),
    ("2024-12-31T23:59:59", "form-year-end"),
    ("2025-12-31T23:59:59", "form-year-end"),
    ("2024-01-31T12:00", "form-month-end"),
    ("2024-03-31T10:00", "form-month-end"),
    ("2024-10-31T17:00", "form-month-end"),
    ("2025-03-30T10:00", "form-month-end"),
    ("2025-05-31T00:00", "form-24"),
    ("2026-03-01T00:00", "form-24"),
    ("2026-08-31T15:59:59+00:00", "form-offset"),
    ("2026-08-31T16:00:00+00:00", "form-offset"),
]

#: Of each calendar other than the office's: what it rests on, and moments that show how it differs.
OTHERS = {
    "local": (
        "holidays-local",
        ["2024-04-12T16:00", "2024-07-26T16:30", "2024-07-30T10:00", "2025-07-15T17:00"],
    ),
    "window": ("house", ["2026-03-06T16:00", "2026-03-07T11:59:59", "2026-05-08T17:00", "2026-02-13T16:00"]),
    "uneven": (
        "form-make-up",
        ["2026-05-08T11:00", "2026-05-09T17:30", "2026-09-18T12:00", "2025-01-24T10:15"],
    ),
    "round_the_clock": ("form-24", ["2024-02-28T23:30", "2024-12-31T23:59:59", "2026-02-28T00:00"]),
    "night": ("form-24", ["2024-02-29T22:30", "2025-12-31T23:00", "2026-02-28T05:30", "2026-06-30T06:00"]),
}

#: What each unit is counted by.
ARTICLES = {
    "minute": ["civil-code-200", "civil-code-201"],
    "hour": ["civil-code-200", "civil-code-201"],
    "working_hour": ["civil-code-201", "civil-code-204"],
    "working_day": ["civil-code-201", "civil-code-203"],
    "calendar_day": ["civil-code-201", "civil-code-203"],
    "calendar_month": ["civil-code-201", "civil-code-202", "civil-code-203"],
    "month": ["civil-code-203"],
    "half_year": ["civil-code-203"],
}

_HOURS = ("minute", "hour", "working_hour")
_VISITS = ("month", "half_year")
_ON_NOTICES = {"office", "local", "window", "uneven"}


def vectors() -> list[Vector]:
    """Ask everything, and let the law's walk answer what was not answered by hand."""
    drawn = calendars()
    found: dict[str, Vector] = {}
    for question in [*_by_hand(), *_from_edges(), *_from_forms(), *_from_others()]:
        answered = _answered(drawn[question["calendar"]], question)
        found.setdefault(answered["id"], answered)
    for question in _measures(list(found.values())):
        answered = _answered(drawn[question["calendar"]], question)
        found.setdefault(answered["id"], answered)
    return list(found.values())


def _add(calendar: str, unit: str, length: int, start: str, *sources: str, **more: str) -> Vector:
    rules = _rules(unit, more.pop("start_rule", ""), more.pop("roll_rule", ""))
    return {
        "ask": "add",
        "calendar": calendar,
        "unit": unit,
        **rules,
        "start": datetime.fromisoformat(start if "+" in start else f"{start}+08:00").isoformat(),
        "length": length,
        "sources": list(sources),
        **more,
    }


def _rules(unit: str, start_rule: str, roll_rule: str) -> Vector:
    if unit in _VISITS:
        return {"start_rule": "period", "roll_rule": "none"}
    if unit in _HOURS:
        return {"start_rule": "event", "roll_rule": "none"}
    return {"start_rule": start_rule or "next_day", "roll_rule": roll_rule or "next_working_day"}


def _by_hand() -> Iterator[Vector]:
    for add in ADDS:
        sources = [_promise(add.unit, add.length), add.form]
        yield _add(
            *(add.calendar, add.unit, add.length, add.start),
            *(source for source in sources if source),
            start_rule=add.start_rule,
            roll_rule=add.roll_rule,
            due=_shanghai(add.due),
            why=add.why,
        )
    for measured in BETWEENS:
        question = _add(measured.calendar, measured.unit, 0, measured.start, measured.form, why=measured.why)
        del question["length"]
        if measured.roll_rule:
            question["roll_rule"] = measured.roll_rule
        yield question | {"ask": "between", "end": _shanghai(measured.end), "measure": measured.measure}


def _promise(unit: str, length: int) -> str:
    return next((source for source, number in PROMISES[unit] if number == length), "")


def _from_edges() -> Iterator[Vector]:
    for number, start in enumerate(EDGES):
        for unit, count in (("working_day", 4), ("working_hour", 2), ("calendar_day", 2), ("hour", 1)):
            promised = PROMISES[unit]
            for turn in range(count):
                source, length = promised[(number * count + turn) % len(promised)]
                yield _add("office", unit, length, start, source)
        if number % 2:
            yield _add("office", "calendar_day", 7, start, "aid-notice", roll_rule="none")
        else:
            yield _add("office", "calendar_day", 15, start, "house", start_rule="next_working_day")


def _from_forms() -> Iterator[Vector]:
    for number, (start, form) in enumerate(FORMS):
        for unit in ("minute", "hour", "calendar_month", "month", "half_year", "working_day"):
            promised = PROMISES[unit]
            source, length = promised[number % len(promised)]
            yield _add("office", unit, length, start, source, form)
        yield _add("office", "calendar_month", 1, start, form)
        yield _add("office", "calendar_month", 6, start, "aid-leaving", form, roll_rule="none")


def _from_others() -> Iterator[Vector]:
    for calendar, (source, starts) in OTHERS.items():
        for start in starts:
            local = f"chuxiong-{start[:4]}" if calendar == "local" else source
            for unit, length in (
                ("working_hour", 2),
                ("working_hour", 9),
                ("working_day", 1),
                ("working_day", 3),
            ):
                yield _add(calendar, unit, length, start, source, local)
            yield _add(calendar, "calendar_day", 15, start, source, local)


def _measures(adds: list[Vector]) -> Iterator[Vector]:
    """Measure every third period at its end, and every seventh a second before."""
    periods = [one for one in adds if one["ask"] == "add"]
    for number, one in enumerate(periods):
        before = 0 if number % 3 == 0 else 1 if number % 7 == 0 else None
        if before is None:
            continue
        end = datetime.fromisoformat(one["due"]) - timedelta(seconds=before)
        if end < datetime.fromisoformat(one["start"]):
            continue
        kept = ("calendar", "unit", "start_rule", "roll_rule", "start")
        yield {
            "ask": "between",
            **{key: one[key] for key in kept},
            "end": end.isoformat(),
            "sources": [*(source for source in one["sources"] if _is_form(source)), "form-measure"],
        }


def _is_form(source: str) -> bool:
    return SOURCES[source]["link"] == "format"


def _answered(calendar: dict[str, Any], question: Vector) -> Vector:
    """Give *question* its answer, its name, and the sources that follow from the days it touches."""
    answer: Vector
    if question["ask"] == "add":
        found = law.add(calendar, question)
        answer = {"due": found.due.isoformat(), "provisional": found.provisional}
        if found.rolled_from:
            answer["rolled_from"] = found.rolled_from.isoformat()
        last = answer["due"]
    else:
        answer = {"measure": str(law.between(calendar, question))}
        last = question["end"]
    said = {key: question[key] for key in answer if key in question}
    if said != {key: answer[key] for key in said}:
        raise AssertionError(f"by hand {said}, walking {answer}: {question}")
    sources = [*question["sources"], *ARTICLES[question["unit"]], *_notices(question, last)]
    whole = question | answer | {"sources": list(dict.fromkeys(sources))}
    return {"id": _name(whole), **{key: whole[key] for key in _ORDER if key in whole}}


_ORDER = (
    *("sources", "ask", "calendar", "unit", "start_rule", "roll_rule", "start", "length", "end"),
    *("due", "rolled_from", "provisional", "measure", "why"),
)


def _notices(question: Vector, last: str) -> list[str]:
    if question["unit"] in ("minute", "hour", *_VISITS) or question["calendar"] not in _ON_NOTICES:
        return []
    years = range(int(question["start"][:4]), int(last[:4]) + 1)
    return [f"notice-{year}" if year in NOTICES else "holidays-statutory" for year in years]


def _name(whole: Vector) -> str:
    asked = [whole["ask"], whole["calendar"], whole["unit"]]
    if whole["start_rule"] == "next_working_day":
        asked.append("from_working_day")
    if whole["roll_rule"] == "none" and whole["unit"] in ("calendar_day", "calendar_month"):
        asked.append("unrolled")
    return "/".join([*asked, whole["start"], str(whole.get("length", whole.get("end")))])


def _shanghai(local: str) -> str:
    return datetime.fromisoformat(f"{local}+08:00").isoformat()
