"""What people are told of an incident, on the event bus: that it opened, that it changed for the worse, that it is over."""

from dataclasses import dataclass
from typing import Any

from shared.anomalies.notices import NoticeBus
from shared.incidents.describing import described
from shared.incidents.incident import Incident, IncidentStatus
from shared.incidents.stores import IncidentStore, StoredIncident

OPENED = "Incident Opened"
UPDATED = "Incident Updated"
RESOLVED = "Incident Resolved"


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells what is owed and then notes that it was told: a crash between the two tells it again, by the same id."""

    incidents: IncidentStore
    bus: NoticeBus
    console_url: str

    def tell(self, stored: StoredIncident) -> int:
        for notice in stored.owed:
            self.bus.put(notice, _detail(stored, notice, self.console_url))
        if stored.owed:
            self.incidents.put(stored.told())
        return len(stored.owed)


def notice_of(before: Incident | None, after: Incident) -> str | None:
    """Growing is no news; being graver, having another first suspect or joining another type is."""
    if after.status is not IncidentStatus.OPEN:
        return RESOLVED
    if before is None:
        return OPENED
    worse = after.impact.level != before.impact.level and after.impact.score > before.impact.score
    other_cause = after.causes[0].about != before.causes[0].about or after.causes[0].kind is not before.causes[0].kind
    other_types = {found.type for found in after.correlations} > {found.type for found in before.correlations}
    return UPDATED if worse or other_cause or other_types else None


def _detail(stored: StoredIncident, notice: str, console_url: str) -> dict[str, Any]:
    incident = stored.incident
    return {
        "notice_id": f"{incident.id}/{notice.rpartition(' ')[2].lower()}/{stored.edition}",
        "console_url": f"{console_url}#/incidents/{incident.id}",
        **described(incident),
    }
