"""Reckons deadlines with other tools than the project's: zoneinfo and dateutil of Python.

    python3 -m venv venv && venv/bin/pip install python-dateutil==2.9.0.post0 tzdata==2025.2
    venv/bin/python deadlines.py > deadlines.csv

Each row: an instant, the day it is on in New York, a period, the last day, and the first instant after it.
"""

import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

ZONE = ZoneInfo("America/New_York")
INSTANTS = [
    # Zone edges: one second to midnight in New York, and midnight, in winter and in summer.
    "2026-01-01T04:59:59Z", "2026-01-01T05:00:00Z", "2026-07-01T03:59:59Z", "2026-07-01T04:00:00Z",
    # Around the nights on which the clocks change, forth and back.
    "2026-03-08T04:59:59Z", "2026-03-08T06:59:59Z", "2026-03-08T07:00:00Z", "2026-03-09T03:59:59Z", "2026-03-09T04:00:00Z",
    "2026-11-01T03:59:59Z", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-02T04:59:59Z", "2026-11-02T05:00:00Z",
    # Leap days, and the days beside them.
    "2024-02-29T17:00:00Z", "2028-02-28T17:00:00Z", "2028-02-29T04:59:59Z", "2028-02-29T05:00:00Z", "2028-03-01T04:59:59Z",
    "2028-03-01T05:00:00Z", "2096-02-29T12:00:00Z",
    # Ends of months and of years.
    "2026-01-31T12:00:00Z", "2026-04-30T12:00:00Z", "2026-05-31T12:00:00Z", "2026-12-31T12:00:00Z", "2027-01-01T04:59:59Z",
    "2027-12-31T23:59:59Z", "2001-11-01T12:00:00Z",
    # Days after which a period ends where the clocks change.
    "2026-02-06T18:00:00Z", "2025-12-08T18:00:00Z", "2026-10-02T18:00:00Z", "2026-08-03T18:00:00Z", "2025-11-01T18:00:00Z",
]
PERIODS = [("days", 0), ("days", 1), ("days", 14), ("days", 30), ("days", 90), ("days", 180), ("days", 365), ("days", -90),
           ("years", 1), ("years", 2), ("years", 3), ("years", 4)]


def utc(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


print("instant,day,unit,amount,last_day,over_at")
for text in INSTANTS:
    day = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(ZONE).date()
    for unit, amount in PERIODS:
        last = day + relativedelta(**{unit: amount})
        after = last + timedelta(days=1)
        over = datetime(after.year, after.month, after.day, tzinfo=ZONE)
        print(f"{text},{day},{unit},{amount},{last},{utc(over)}")
print(f"{len(INSTANTS) * len(PERIODS)} rows", file=sys.stderr)
