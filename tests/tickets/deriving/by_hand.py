"""
Questions answered with a paper calendar: first the answer and why, then the walk held against it.

Calendar, unit, length, start and due; then why. A rule that is not the unit's own follows.
"""

from typing import NamedTuple


class Add(NamedTuple):
    """A period whose end was found by hand."""

    calendar: str
    unit: str
    length: int
    start: str
    due: str
    why: str
    form: str = ""
    start_rule: str = ""
    roll_rule: str = ""


class Between(NamedTuple):
    """A stretch of time measured by hand."""

    calendar: str
    unit: str
    start: str
    end: str
    measure: str
    why: str
    form: str = "form-measure"
    roll_rule: str = ""


WD, WH, CD, CM = "working_day", "working_hour", "calendar_day", "calendar_month"

ADDS = [
    # 春节 2024: off Feb 10-17, worked Feb 4 and 18; New Year's Eve, Feb 9, was worked that year.
    Add("office", WD, 1, "2024-02-02T16:30", "2024-02-04T17:00", "Friday; Sunday 4 is made up for 春节"),
    Add("office", WD, 5, "2024-02-02T16:30", "2024-02-08T17:00", "Sun 4, Mon 5, Tue 6, Wed 7, Thu 8"),
    Add("office", WD, 1, "2024-02-08T10:00", "2024-02-09T17:00", "除夕 2024 is no day off"),
    Add("office", WD, 1, "2024-02-09T10:00", "2024-02-18T17:00", "10-17 off, Sunday 18 worked"),
    Add("office", WD, 5, "2024-02-09T10:00", "2024-02-22T17:00", "Sun 18, 19, 20, 21, Thu 22"),
    Add("office", WD, 1, "2024-02-12T10:00", "2024-02-18T17:00", "begun on a holiday; Sunday 18 is day one"),
    # 国庆节 2024: off Oct 1-7, worked Sep 29 and Oct 12.
    Add("office", WD, 3, "2024-09-30T10:00", "2024-10-10T17:00", "Tue 8, Wed 9, Thu 10"),
    Add("office", WD, 3, "2024-09-27T10:00", "2024-10-08T17:00", "Sun 29 made up, Mon 30, Tue Oct 8"),
    Add("office", WD, 5, "2024-10-08T10:00", "2024-10-14T17:00", "9, 10, 11, Sat 12 made up, Mon 14"),
    # 2025: 春节 off Jan 28-Feb 4, worked Jan 26 and Feb 8; 国庆节 off Oct 1-8, worked Sep 28 and Oct 11.
    Add("office", WD, 3, "2025-01-24T10:00", "2025-02-05T17:00", "Sun 26, Mon 27, Wed Feb 5"),
    Add("office", WD, 5, "2025-01-27T10:00", "2025-02-10T17:00", "5, 6, 7, Sat 8 made up, Mon 10"),
    Add("office", WD, 1, "2025-09-30T16:00", "2025-10-09T17:00", "1-8 off"),
    Add("office", WD, 5, "2025-09-26T10:00", "2025-10-10T17:00", "Sun 28, 29, 30, Oct 9, 10"),
    Add("office", WD, 2, "2025-10-09T10:00", "2025-10-11T17:00", "Fri 10, Sat 11 made up"),
    # 2026: off Jan 1-3, Feb 15-23, May 1-5, Sep 25-27, Oct 1-7; worked Jan 4,
    # Feb 14 and 28, May 9, Sep 20, Oct 10.
    Add("office", WD, 1, "2025-12-31T10:00", "2026-01-04T17:00", "1-3 off, Sunday 4 worked"),
    Add("office", WD, 2, "2026-02-13T10:00", "2026-02-24T17:00", "Sat 14 made up, 15-23 off, Tue 24"),
    Add("office", WD, 5, "2026-02-24T10:00", "2026-03-02T17:00", "25, 26, 27, Sat 28 made up, Mon Mar 2"),
    Add("office", WD, 1, "2026-04-30T10:00", "2026-05-06T17:00", "May 1-5 off"),
    Add("office", WD, 1, "2026-05-08T10:00", "2026-05-09T17:00", "Saturday 9 made up"),
    Add("office", WD, 5, "2026-09-18T10:00", "2026-09-24T17:00", "Sun 20 made up, 21, 22, 23, Thu 24"),
    Add("office", WD, 3, "2026-09-24T10:00", "2026-09-30T17:00", "25-27 off; 28, 29, 30"),
    Add("office", WD, 2, "2026-09-30T10:00", "2026-10-09T17:00", "Thu 8, Fri 9"),
    Add("office", WD, 1, "2026-10-09T10:00", "2026-10-10T17:00", "Saturday 10 made up"),
    Add(
        "office",
        WD,
        1,
        "2026-12-31T10:00",
        "2027-01-04T17:00",
        "Fri 1 is statutory, then a weekend",
        "form-unannounced",
    ),
    Add(
        "office",
        WD,
        1,
        "2026-12-31T23:59:59",
        "2027-01-04T17:00",
        "the last second is still Thursday's",
        "form-year-end",
    ),
    Add(
        "office", WD, 1, "2026-03-02T00:00", "2026-03-03T17:00", "Monday's first moment is Monday", "form-24"
    ),
    Add(
        "office",
        WD,
        1,
        "2026-03-02T16:00:00+00:00",
        "2026-03-04T17:00",
        "in Shanghai it is Tuesday 00:00",
        "form-offset",
    ),
    Add("office", WD, 1, "2024-02-28T10:00", "2024-02-29T17:00", "Thursday Feb 29", "form-leap"),
    # Hours inside the spans.
    Add("office", WH, 2, "2024-02-09T16:00", "2024-02-18T10:00", "one on Friday, one on made-up Sunday"),
    Add(
        "office",
        WH,
        2,
        "2026-02-14T15:00",
        "2026-02-14T17:00",
        "made-up Saturday, used up as it closes",
        "form-span-end",
    ),
    Add(
        "office",
        WH,
        4,
        "2026-02-14T16:00",
        "2026-02-24T12:00",
        "one on Sat 14, three on Tue 24",
        "form-span-end",
    ),
    Add("office", WH, 1, "2025-09-30T23:59:59", "2025-10-09T10:00", "nobody works before Oct 9"),
    Add("office", WH, 1, "2026-10-10T11:30", "2026-10-10T13:30", "lunch between"),
    Add(
        "office",
        WH,
        4,
        "2024-10-12T12:00",
        "2024-10-12T17:00",
        "begun at noon of made-up Saturday",
        "form-span-end",
    ),
    Add("office", WH, 8, "2026-09-20T08:00", "2026-09-21T10:00", "seven on Sunday 20, one on Monday"),
    Add("round_the_clock", WH, 1, "2024-02-28T23:30", "2024-02-29T00:30", "a night into Feb 29", "form-leap"),
    Add("round_the_clock", WH, 1, "2026-12-31T23:00", "2027-01-01T00:00", "24:00 of the last day", "form-24"),
    Add("night", WH, 1, "2026-03-02T23:00", "2026-03-03T00:00", "used up at 24:00", "form-24"),
    Add(
        "night",
        WH,
        2,
        "2026-03-02T23:00",
        "2026-03-03T01:00",
        "an hour on either side of midnight",
        "form-24",
    ),
    Add("night", WD, 1, "2026-03-02T23:00", "2026-03-04T00:00", "Tuesday closes at 24:00", "form-24"),
    # Days, and where the last one rolls to.
    Add(
        "office", CD, 60, "2026-02-09T10:00", "2026-04-10T17:00", "19 in Feb, 31 in Mar, 10 in Apr: a Friday"
    ),
    Add("office", CD, 15, "2026-01-31T10:00", "2026-02-24T17:00", "Feb 15 is the first day of 春节"),
    Add("office", CD, 30, "2025-09-01T10:00", "2025-10-09T17:00", "Oct 1 rolls over eight days"),
    Add("office", CD, 15, "2024-09-14T10:00", "2024-09-29T17:00", "Sunday 29 is worked: nothing rolls"),
    Add("office", CD, 3, "2026-04-30T10:00", "2026-05-06T17:00", "May 3 is a holiday"),
    Add("office", CD, 30, "2024-01-30T10:00", "2024-02-29T17:00", "one in Jan, 29 in Feb", "form-leap"),
    Add(
        "office", CD, 30, "2025-01-30T10:00", "2025-03-03T17:00", "one, 28, Mar 1 is a Saturday", "form-leap"
    ),
    Add(
        "office",
        CD,
        7,
        "2026-02-13T10:00",
        "2026-02-21T00:00",
        "14 to 20, all seven hang",
        "form-24",
        "",
        "none",
    ),
    Add(
        "office",
        CD,
        7,
        "2026-02-13T10:00",
        "2026-02-21T00:00",
        "made-up Sat 14 is day one",
        "form-24",
        "next_working_day",
        "none",
    ),
    Add(
        "office",
        CD,
        7,
        "2026-02-14T10:00",
        "2026-03-03T00:00",
        "Tue 24 is day one, Mar 2 day seven",
        "form-24",
        "next_working_day",
        "none",
    ),
    Add(
        "office",
        WD,
        1,
        "2026-02-14T10:00",
        "2026-02-24T17:00",
        "day one is the first working day after",
        "",
        "next_working_day",
    ),
    # Months.
    Add(
        "office",
        CM,
        1,
        "2024-01-31T10:00",
        "2024-02-29T17:00",
        "no Feb 31; 29 is the last, a Thursday",
        "form-leap",
    ),
    Add(
        "office", CM, 1, "2025-01-31T10:00", "2025-02-28T17:00", "28 is the last, a Friday", "form-month-end"
    ),
    Add("office", CM, 12, "2024-02-29T10:00", "2025-02-28T17:00", "no Feb 29 in 2025", "form-leap"),
    Add("office", CM, 1, "2024-02-29T10:00", "2024-03-29T17:00", "the same number, a Friday", "form-leap"),
    Add("office", CM, 3, "2025-11-30T10:00", "2026-02-28T17:00", "Saturday 28 is made up", "form-month-end"),
    Add("office", CM, 6, "2024-08-31T10:00", "2025-02-28T17:00", "the last of February", "form-month-end"),
    Add("office", CM, 9, "2025-05-17T10:00", "2026-02-24T17:00", "Feb 17 is 春节"),
    Add("office", CM, 1, "2026-09-01T10:00", "2026-10-08T17:00", "Oct 1 is 国庆节"),
    Add("office", CM, 1, "2026-08-31T10:00", "2026-09-30T17:00", "no Sep 31", "form-month-end"),
    Add("office", CM, 6, "2024-08-31T10:00", "2025-03-01T00:00", "Feb 28 at 24:00", "form-24", "", "none"),
    # By the wall clock.
    Add(
        "office",
        "minute",
        10,
        "2024-12-31T23:59:59",
        "2025-01-01T00:09:59",
        "into another year",
        "form-year-end",
    ),
    Add(
        "office",
        "minute",
        30,
        "2026-03-02T00:00:00+00:00",
        "2026-03-02T08:30",
        "eight hours ahead",
        "form-offset",
    ),
    Add("office", "hour", 24, "2026-09-30T18:00", "2026-10-01T18:00", "a holiday counts"),
    Add("office", "hour", 2, "2024-02-28T23:00", "2024-02-29T01:00", "there is a Feb 29", "form-leap"),
    Add("office", "hour", 48, "2025-02-27T12:00", "2025-03-01T12:00", "there is no Feb 29", "form-leap"),
    Add(
        "office",
        "hour",
        24,
        "2025-02-28T00:00",
        "2025-03-01T00:00",
        "24:00 of the last of February",
        "form-24",
    ),
    # Visits.
    Add("office", "month", 1, "2024-02-29T23:59:59", "2024-03-01T00:00", "one second is left", "form-leap"),
    Add(
        "office",
        "month",
        1,
        "2026-01-31T16:00:00+00:00",
        "2026-03-01T00:00",
        "February in Shanghai",
        "form-offset",
    ),
    Add("office", "half_year", 1, "2026-06-30T23:59:59", "2026-07-01T00:00", "one second is left", "form-24"),
    Add(
        "office",
        "half_year",
        1,
        "2026-07-01T00:00",
        "2027-01-01T00:00",
        "the second half has begun",
        "form-24",
    ),
    Add(
        "office",
        "half_year",
        2,
        "2025-12-31T23:59:59",
        "2026-07-01T00:00",
        "this half, then the next",
        "form-year-end",
    ),
    # Into 2027, whose notice is not out: statutory days alone are off, and the answer may still move.
    Add(
        "office",
        WD,
        30,
        "2026-12-15T10:00",
        "2027-01-27T17:00",
        "12 in Dec; Jan 1 off; 18 to Jan 27",
        "form-unannounced",
    ),
    Add(
        "office",
        WH,
        4,
        "2026-12-31T15:00",
        "2027-01-04T11:00",
        "two on Thursday, two on Monday 4",
        "form-unannounced",
    ),
    Add("office", CD, 15, "2026-12-25T10:00", "2027-01-11T17:00", "Jan 9 is a Saturday", "form-unannounced"),
    Add(
        "office", CD, 7, "2026-12-31T10:00", "2027-01-08T00:00", "no calendar is asked", "form-24", "", "none"
    ),
    Add(
        "office",
        CD,
        7,
        "2026-12-31T10:00",
        "2027-01-11T00:00",
        "Mon 4 is day one",
        "form-unannounced",
        "next_working_day",
        "none",
    ),
    Add(
        "office",
        CM,
        2,
        "2026-12-05T10:00",
        "2027-02-09T17:00",
        "Fri 5 is 除夕, and three days follow",
        "form-unannounced",
    ),
    # Other calendars.
    Add("local", WD, 1, "2025-07-15T10:00", "2025-07-21T17:00", "火把节 16-18, then a weekend"),
    Add("office", WD, 1, "2025-07-15T10:00", "2025-07-16T17:00", "火把节 is the prefecture's alone"),
    Add("local", WD, 3, "2024-07-26T10:00", "2024-08-05T17:00", "29-31 off; Thu 1, Fri 2, Mon 5"),
    Add("local", CD, 15, "2024-07-15T10:00", "2024-08-01T17:00", "Jul 30 is 火把节"),
    Add("window", WD, 1, "2026-03-06T10:00", "2026-03-07T12:00", "Saturday closes at noon"),
    Add(
        "window",
        WH,
        4,
        "2026-03-06T16:00",
        "2026-03-07T12:00",
        "one on Friday, three on Saturday",
        "form-span-end",
    ),
    Add(
        "window",
        WD,
        1,
        "2026-05-08T10:00",
        "2026-05-09T17:00",
        "made-up Saturday has Monday's hours",
        "form-make-up",
    ),
    Add(
        "uneven",
        WD,
        1,
        "2026-05-08T10:00",
        "2026-05-09T18:00",
        "Monday's hours, not Friday's",
        "form-make-up",
    ),
    Add(
        "uneven",
        WH,
        7,
        "2026-02-13T11:00",
        "2026-02-14T17:30",
        "half an hour on Friday, then 3 and 3:30",
        "form-make-up",
    ),
]

BETWEENS = [
    Between(
        "office", WH, "2026-02-14T16:00", "2026-02-24T10:00", "2", "an hour on Sat 14, an hour on Tue 24"
    ),
    Between("office", WH, "2026-02-15T00:00", "2026-02-24T00:00", "0", "春节 has no hours"),
    Between("office", WH, "2024-02-04T00:00", "2024-02-05T00:00", "7", "made-up Sunday"),
    Between("office", WD, "2024-02-09T10:00", "2024-02-18T16:59:59", "0", "not closed yet"),
    Between("office", WD, "2024-02-09T10:00", "2024-02-18T17:00", "1", "closed"),
    Between("office", WD, "2026-09-30T10:00", "2026-10-10T17:00", "3", "8, 9 and made-up Saturday 10"),
    Between(
        "office",
        CD,
        "2026-01-31T10:00",
        "2026-02-24T16:59:59",
        "14",
        "day 14, made-up Sat 14, closed; 15 to 24 have not",
    ),
    Between("office", CD, "2026-01-31T10:00", "2026-02-24T17:00", "24", "days 15 to 24 all end here"),
    Between(
        "office",
        CD,
        "2026-02-13T10:00",
        "2026-02-20T23:59:59",
        "6",
        "the seventh lacks a second",
        "form-24",
        "none",
    ),
    Between(
        "office", CD, "2026-02-13T10:00", "2026-02-21T00:00", "7", "24:00 of day seven", "form-24", "none"
    ),
    Between(
        "office", CM, "2024-01-31T10:00", "2024-02-29T16:59:59", "0", "Feb 29 has not closed", "form-leap"
    ),
    Between("office", CM, "2024-01-31T10:00", "2024-02-29T17:00", "1", "Feb 29 has closed", "form-leap"),
    Between("office", "hour", "2024-02-28T00:00", "2024-03-01T00:00", "48", "two days", "form-leap"),
    Between("office", "hour", "2025-02-28T00:00", "2025-03-01T00:00", "24", "one day", "form-leap"),
    Between(
        "office",
        "minute",
        "2024-12-31T23:59:30",
        "2025-01-01T00:00",
        "1/2",
        "thirty seconds",
        "form-year-end",
    ),
    Between(
        "office",
        "minute",
        "2026-12-31T23:59:59",
        "2027-01-01T00:00",
        "1/60",
        "the last second",
        "form-year-end",
    ),
    Between(
        "office", "month", "2026-01-01T00:00", "2026-01-31T23:59:59", "0", "January is not over", "form-24"
    ),
    Between("office", "month", "2026-01-31T23:59:59", "2026-02-01T00:00", "1", "January is over", "form-24"),
    Between(
        "office",
        "half_year",
        "2026-01-01T00:00",
        "2026-06-30T23:59:59.999999",
        "0",
        "a microsecond is left",
        "form-24",
    ),
    Between(
        "office", "half_year", "2026-06-30T23:59:59", "2026-07-01T00:00", "1", "the half is over", "form-24"
    ),
]
