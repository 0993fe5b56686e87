"""Each seven o'clock of a pair, from what opened alone: its zone may have changed on the way."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from couples.rule import consent


def mornings_between(
    opened: Iterable[consent.Opening], zone: str, since: datetime, until: datetime
) -> Iterator[datetime]:
    """Every seven o'clock after `since`, up to `until`, of a pair whose days began in this zone."""
    changes = sorted((each.opened_at, each.scope) for each in opened if each.kind == "zone")
    at = since
    while True:
        morning = consent.morning_after(at, zone)
        changed = next((change for change in changes if at < change[0] <= morning), None)
        if morning > until and (changed is None or changed[0] > until):
            return
        if changed is None or changed[0] == morning:
            yield morning
        at, zone = (morning, zone) if changed is None else changed
