"""Who uses the hub: producers of single events, of batches and of spans, people who ask, look at a page, and listen."""

import json
import os
from datetime import UTC, datetime, timedelta
from random import Random
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlencode, urljoin

from locust import FastHttpUser, constant_pacing, task
from locust.env import Environment
from websocket import WebSocket, create_connection

from perf.benchmarks.otlp import PROTOBUF, request
from perf.workloads.calls import call, uuid
from perf.workloads.catalog import TEAMS

KEY: Final = "HUB_API_KEY"
BATCH: Final = 100
SPANS: Final = 64
PONG_SECONDS: Final = 10.0
PAGE: Final = (
    "sum(computed_cost_usd)",
    "sum(requests)",
    "sum(input_tokens) + sum(output_tokens)",
    "sum(errors) / sum(requests)",
    "p95(latency_ms)",
    "p95(ttft_ms)",
)


class Sent:
    """Events of this process: accepted by the hub, and those of which no answer says whether they were."""

    accepted = 0
    unsure = 0


class HubUser(FastHttpUser):
    """Does one thing a second, or as soon as the last one is done."""

    abstract = True
    wait_time = constant_pacing(1)

    def __init__(self, environment: Environment) -> None:
        self.default_headers = {"x-api-key": os.environ[KEY]}
        super().__init__(environment)
        self.random = Random(uuid(Random()))

    def calls(self, count: int) -> list[dict[str, Any]]:
        """LLM calls of this moment."""
        teams = self.random.choices(TEAMS, [team.weight for team in TEAMS], k=count)
        return [call(self.random, datetime.now(UTC), team, uuid(self.random)) for team in teams]

    def post(self, name: str, path: str, body: bytes, events: int, content_type: str = "application/json") -> None:
        """Accepted is what the hub says it has accepted."""
        headers = {"content-type": content_type}
        client: Any = self.client  # whose types know no bytes
        with client.post(path, data=body, headers=headers, name=name, catch_response=True) as answer:
            if answer.status_code == 200:
                Sent.accepted += events
            elif answer.status_code in {202, 503}:
                told = json.loads(answer.content)
                Sent.accepted += told.get("accepted", 0)
                if told.get("rejected"):
                    answer.failure(f"refused: {told['rejected'][0]['code']}")
            elif not answer.status_code or answer.status_code >= 500:
                Sent.unsure += events


class Ingest(HubUser):
    weight = 5

    @task
    def send(self) -> None:
        self.post("ingest", "/v1/events", json.dumps(self.calls(1)[0]).encode(), 1)


class Batch(HubUser):
    weight = 2

    @task
    def send(self) -> None:
        self.post("batch", "/v1/events/batch", json.dumps(self.calls(BATCH)).encode(), BATCH)


class Otlp(HubUser):
    weight = 1

    @task
    def send(self) -> None:
        batch = request(self.random.getrandbits(40), datetime.now(UTC) - timedelta(seconds=1), SPANS)
        self.post("otlp", "/v1/traces", batch.SerializeToString(), SPANS, PROTOBUF)


class Query(HubUser):
    weight = 3

    @task
    def ask(self) -> None:
        measure = self.random.choice(("requests", "latency_ms", "computed_cost_usd", "input_tokens"))
        asked = {"measure": measure, "resolution": "1m", "start": "now-1h", "group_by": "model"}
        self.client.get(f"/v1/metrics?{urlencode(asked)}", name="query")


class Dashboard(HubUser):
    """Opens the overview: a request for its figures, and one each for what is told beside them."""

    weight = 1

    @task
    def look(self) -> None:
        queries = [
            {"name": f"q{place}", "expression": asked, "group_by": ["model"]} for place, asked in enumerate(PAGE)
        ]
        asked = {"start": "now-1h", "end": "now", "resolution": "1m", "queries": queries}
        self.client.post("/v1/query", json=asked, name="dashboard")
        for path in ("/v1/incidents", "/v1/anomalies", "/v1/me"):
            self.client.get(path, name="dashboard")


class Live(HubUser):
    """Keeps a WebSocket open for what is told of an open minute, and asks whether it still stands."""

    weight = 1
    socket: WebSocket | None = None

    def on_stop(self) -> None:
        if self.socket:
            self.socket.close()

    @task
    def listen(self) -> None:
        began, failure = perf_counter(), None
        try:
            self.socket = self.socket or self._open()
            self.socket.send(json.dumps({"action": "ping"}))
            while json.loads(self.socket.recv())["type"] != "pong":
                pass
        except Exception as error:  # noqa: BLE001 (whatever a connection ends with is a failure of the hub's)
            failure, self.socket = error, None
        took_ms = (perf_counter() - began) * 1_000
        told: Any = self.environment.events.request
        told.fire(
            request_type="WS", name="live", response_time=took_ms, response_length=0, exception=failure, context={}
        )

    def _open(self) -> WebSocket:
        answer = self.client.post("/v1/live", name="live")
        offer = json.loads(answer.content)
        url = urljoin(str(self.host), offer["url"]).replace("http", "ws", 1)
        socket = create_connection(f"{url}?ticket={offer['ticket']}", timeout=PONG_SECONDS)
        asked = {"action": "subscribe", "id": "cost", "measure": "computed_cost_usd", "resolution": "1m"}
        socket.send(json.dumps({**asked, "group_by": ["model"], "provisional": True}))
        return socket


SCENARIOS: Final[dict[str, type[HubUser]]] = {
    "ingest": Ingest,
    "batch": Batch,
    "otlp": Otlp,
    "query": Query,
    "dashboard": Dashboard,
    "live": Live,
}
