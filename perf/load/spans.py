"""`python -m perf.load.spans [REQUESTS]`: spans a second that the hub on this machine accepts and folds, as one line of JSON.

Requests of 512 spans in protobuf, four at a time, as exporters send them, by HTTP through the emulated gateway. Every span
must be counted, once: otherwise there is no figure. The machine should do nothing else; a hub that runs is taken as it is.
"""

import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from infra.local import deploying, emulator
from infra.local.home import Home
from infra.local.hub import Hub
from infra.local.keys import create_key
from perf.benchmarks.otlp import PROTOBUF, SPANS, request
from perf.load.counting import counted

REQUESTS = 100
AT_ONCE = 4
WARMING = 8
OK = 200


def measure(hub: Hub, requests: int) -> dict[str, float]:
    """`hub` is one of a tenant that has sent nothing yet."""
    began = datetime.now(UTC)
    _send(hub, [_body(number, began) for number in range(WARMING)])
    _wait_for(hub, WARMING * SPANS, began)
    bodies = [_body(number, began) for number in range(WARMING, WARMING + requests)]
    started = time.perf_counter()
    _send(hub, bodies)
    accepted = time.perf_counter() - started
    _wait_for(hub, (WARMING + requests) * SPANS, began)
    folded = time.perf_counter() - started
    spans = requests * SPANS
    return {"spans": spans, "accepted_per_s": round(spans / accepted), "folded_per_s": round(spans / folded)}


def _body(number: int, began: datetime) -> bytes:
    return request(number, began).SerializeToString()


def _send(hub: Hub, bodies: Sequence[bytes]) -> None:
    def post(body: bytes) -> None:
        answer = hub.post("/v1/traces", body, {"content-type": PROTOBUF})
        if answer.status != OK or answer.body:
            raise RuntimeError(f"the hub answered {answer.status}: {answer.body.decode(errors='replace')[:300]}")

    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(post, bodies))


def _wait_for(hub: Hub, spans: int, began: datetime) -> None:
    if (found := counted(hub, began, spans)) != spans:
        raise RuntimeError(f"{spans} spans were sent, {found} are counted")


def main() -> int:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    home = Home.of_project()
    running = emulator.running(home) or emulator.start(home)
    deployed = deploying.deployed(home, running) if home.outputs_file.exists() else deploying.deploy(home, running)
    tenant = f"load-{datetime.now(UTC):%H%M%S}"
    key = create_key(running, deployed.access_function, tenant=tenant)["api_key"]
    print(json.dumps({"otlp_load": measure(Hub(deployed.url, key), requests)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
