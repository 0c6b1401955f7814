"""What an invocation brings: a client's word, news of the tables' streams, or the minute's tick."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from shared.anomalies.anomaly import Anomaly
from shared.incidents.incident import Incident
from shared.live.journal import Fact, News
from shared.packs.compression import zstd


@dataclass(frozen=True, slots=True)
class Happened:
    """`tenant` is None for what all of them are told: windows belong to the hub."""

    fact: Fact
    tenant: str | None = None


def is_spoken(event: Mapping[str, Any]) -> bool:
    return "connectionId" in event.get("requestContext", {})


def happened(event: Mapping[str, Any]) -> list[Happened]:
    """In the order of the stream; nothing for a tick."""
    images = (record["dynamodb"].get("NewImage") for record in event.get("Records", ()))
    return [found for image in images if image for found in _of_image(image)]


def _of_image(image: Mapping[str, Any]) -> Iterable[Happened]:
    if "anomaly" in image:
        anomaly = Anomaly.decode(image["anomaly"]["S"])
        body = msgspec.json.decode(image["anomaly"]["S"])
        yield Happened(Fact(News.ANOMALY, anomaly.id, int(image["edition"]["N"]), body), anomaly.tenant)
    elif "incident" in image:
        incident = _incident(image["incident"]["B"])
        yield Happened(
            Fact(News.INCIDENT, incident.id, int(image["edition"]["N"]), _summary(incident)), incident.tenant
        )
    elif image["sk"]["S"] == "head":
        late, version = int(image["late"]["N"]), int(image["version"]["N"])
        yield Happened(Fact(News.WINDOW, image["pk"]["S"], version + late))


def _incident(encoded: Any) -> Incident:
    """In a stream's event bytes are base64."""
    return msgspec.json.decode(zstd.decompress(msgspec.convert(encoded, bytes)), type=Incident)


def _summary(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "status": str(incident.status),
        "title": incident.title,
        "opened_at": incident.opened_at.isoformat(),
        "last_signal_at": incident.last_signal_at.isoformat(),
        "score": incident.impact.score,
        "signals": len(incident.signals),
        "merged_into": incident.merged_into,
    }
