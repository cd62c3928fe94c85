"""When the lunar years begin: `lunar_year.toml` has the days, nobody counts them here."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

FIRST_DAYS: tuple[date, ...] = tuple(
    tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["first_days"]
)

#: The last day of the old year (除夕) and the first of the new one.
EVES_AND_FIRST_DAYS = frozenset(day - timedelta(days=before) for day in FIRST_DAYS for before in (0, 1))
