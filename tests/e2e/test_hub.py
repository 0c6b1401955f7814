"""The whole hub on the emulator, through real HTTP: what is refused, what is counted, what is quarantined."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
import pytest

from infra.local import report, totals, waiting
from infra.local.clock import client
from infra.local.hub import Hub, send
from infra.local.keys import revoke_key
from infra.local.sending import send_all
from perf.workloads.traffic import generate
from tests.e2e.conftest import LocalHub
from tests.e2e.early import BROKEN, GARBAGE, JSON, Early

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

NDJSON = {"content-type": "application/x-ndjson"}


def event(**changed: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    (first, *_) = generate(int(now.timestamp() * 1e6), now - timedelta(minutes=1), now, 1)
    return first | changed


def lines(*items: str) -> bytes:
    return "\n".join(items).encode()


UNREADABLE = {
    "broken JSON": (JSON, b'[{"event_id": ', 400),
    "a wrong type": (JSON, b'"text"', 400),
    "no body": (JSON, b"", 400),
    "an empty list": (JSON, b"[]", 400),
    "100,000 levels of nesting": (JSON, b"[" * 100_000 + b"]" * 100_000, 400),
    "a body over 4 MB": (JSON, b"[" + b" " * 4_300_000 + b"]", 413),
    "a gzip bomb of 50 MB": (JSON | {"content-encoding": "gzip"}, gzip.compress(b" " * 50_000_000), 413),
    "not what the encoding says": (JSON | {"content-encoding": "gzip"}, b"plain", 400),
    "an unknown encoding": (JSON | {"content-encoding": "br"}, b"plain", 415),
}


def test_a_request_that_cannot_be_read_has_its_status_and_a_clear_error(local_hub: LocalHub) -> None:
    hub, _ = local_hub.client_of("unreadable")

    answers = {name: hub.post("/v1/events", body, headers) for name, (headers, body, _) in UNREADABLE.items()}

    assert {name: answer.status for name, answer in answers.items()} == {
        name: status for name, (_, _, status) in UNREADABLE.items()
    }
    assert all(answer.json()["error"].keys() >= {"code", "message", "request_id"} for answer in answers.values())


def test_a_bad_item_is_refused_alone(local_hub: LocalHub) -> None:
    hub, _ = local_hub.client_of("bad-items")
    deep = '{"payload": ' + "[" * 100_000 + "]" * 100_000 + "}"
    bad = [
        json.dumps(event(severity="catastrophic")),
        json.dumps(event(schema_version="2.0.0")),
        json.dumps(event(timestamp=(datetime.now(UTC) + timedelta(minutes=6)).isoformat())),
        json.dumps(event(environment=7)),
        json.dumps(event(payload={"payload_type": "telemetry", "data": {"telemetry_type": "unknown"}})),
        json.dumps(event()).replace('"latency_ms": ', '"latency_ms": NaN, "was": ', 1),
        json.dumps(event()).replace('"input_tokens": ', '"input_tokens": "12", "was": ', 1),
        "{broken",
        deep,
    ]

    answer = hub.post("/v1/events", lines(*bad, json.dumps(event()), json.dumps(event())), NDJSON)

    told = answer.json()
    assert (answer.status, told["accepted"]) == (202, 2)
    assert [item["index"] for item in told["rejected"]] == list(range(len(bad)))
    assert all(item["code"] and item["message"] for item in told["rejected"])


def test_only_a_valid_key_that_may_write_gets_in(local_hub: LocalHub) -> None:
    writer, _ = local_hub.client_of("keyed", role="api_client")
    reader, _ = local_hub.client_of("keyed", role="viewer")
    revoked, key = local_hub.client_of("keyed")
    revoke_key(local_hub.emulator, local_hub.deployed.access_function, tenant="keyed", key_id=key["key_id"])
    made_up = Hub(writer.url, "llmah_" + "x" * 43)
    body = json.dumps(event()).encode()

    keyless = send("POST", f"{writer.url}/v1/events", JSON, body)

    assert writer.post("/v1/events", body, JSON).status == 202
    assert reader.post("/v1/events", body, JSON).status == 403
    assert revoked.post("/v1/events", body, JSON).status == 401
    assert made_up.post("/v1/events", body, JSON).status == 401
    assert (keyless.status, keyless.json()["error"]["code"]) == (401, "unauthorized")


def test_an_answer_comes_as_parquet(local_hub: LocalHub) -> None:
    hub, _ = local_hub.client_of("exporting")
    hub.post("/v1/events", lines(json.dumps(event())), NDJSON)
    asked = {"start": "now-1h", "format": "parquet", "queries": [{"name": "calls", "expression": "sum(requests)"}]}

    answer = hub.post("/v1/query/export", json.dumps(asked).encode(), JSON | {"accept": "*/*"})

    table = pq.read_table(BytesIO(answer.body))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/vnd.apache.parquet")
    assert table.column_names == ["query", "start", "value", "unit"]


@pytest.mark.needs("table_streams")
def test_every_event_is_counted_once_and_garbage_harms_nothing(local_hub: LocalHub, early: Early) -> None:
    hub, recorded, posts = early.counted.hub, early.counted.recorded, early.counted.posts

    found = waiting.until_final(hub, local_hub.emulator, recorded, print)

    assert report.shortfalls(recorded, posts, early.counted.answered, found) == []
    assert sorted(quarantined(local_hub)) == [GARBAGE, BROKEN]
    assert hub.get("/v1/quality", start="now-1h")["quarantined"] == 1

    send_all(hub, posts, on_answer=lambda _: None)
    waiting.until_read(hub, local_hub.emulator, datetime.now(UTC), print)

    assert report.changes(found, totals.fetch(hub, recorded)) == []
    assert hub.health()["status"] == "ok"


def quarantined(local_hub: LocalHub) -> list[bytes]:
    s3 = client("s3", local_hub.emulator)
    buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"] if "failures" in bucket["Name"]]
    contents = []
    for bucket in buckets:
        for item in s3.list_objects_v2(Bucket=bucket, Prefix="quarantine/aggregation/").get("Contents", []):
            record = s3.get_object(Bucket=bucket, Key=item["Key"])
            assert record["Metadata"]["code"]
            contents.append(record["Body"].read())
    return contents
