"""Days of a time zone as unix seconds."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ledger.replay.errors import DayOutOfRange, ZoneUnknown

FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(2105, 12, 31)
"""What 32 bits of seconds can hold in every zone."""


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of that name; raises ZoneUnknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the name of a folder of zones
        raise ZoneUnknown(name) from error


def start_of(day: date, zone: ZoneInfo) -> int:
    """The first second of a day in that zone; raises DayOutOfRange."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DayOutOfRange(day, FIRST_DAY, LAST_DAY)
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def end_of(day: date, zone: ZoneInfo) -> int:
    """The first second after a day in that zone; raises DayOutOfRange."""
    if not FIRST_DAY <= day < LAST_DAY:
        raise DayOutOfRange(day, FIRST_DAY, LAST_DAY - timedelta(days=1))
    return start_of(day + timedelta(days=1), zone)


def day_of(at: int, zone: ZoneInfo) -> date:
    """The day in that zone on which a unix second falls."""
    return datetime.fromtimestamp(at, UTC).astimezone(zone).date()
