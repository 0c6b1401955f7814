"""Published traces of real LLM traffic as native events: Azure's file and ServeGen's folder.

Times are moved so that the last request is at the run's anchor. Ids are made from the trace's name, the row and the
anchor, so the same run makes the same events again. What a trace does not tell is not claimed: the model is named after
the trace, which no price list knows, and the latency is modelled from the tokens (prefill, then one step a token).
"""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from perf.workloads.servegen import sampled_requests
from perf.workloads.traced import TracedRequest, UnknownTraceError

REQUEST_LIMIT = 20_000
_PREFILL_MS_PER_TOKEN = 0.12
_DECODE_MS_PER_TOKEN = 22.0
_FIRST_TOKEN_MS = 60.0

NativeEvent = dict[str, Any]


def events_of_trace(
    path: Path, anchor: datetime, *, limit: int = REQUEST_LIMIT, seed: int = 1
) -> Iterator[NativeEvent]:
    """Azure's file whole; of ServeGen's folder the busiest hour, sampled to about `limit` requests."""
    requests = sampled_requests(path, limit, seed) if path.is_dir() else _azure(path)
    return _events(path.resolve().name, requests, anchor)


def _azure(path: Path) -> list[TracedRequest]:
    model = path.stem.removeprefix("AzureLLMInferenceTrace_")
    with path.open(newline="") as lines:
        rows = csv.DictReader(lines)
        if rows.fieldnames != ["TIMESTAMP", "ContextTokens", "GeneratedTokens"]:
            raise UnknownTraceError(f"{path} is not Azure's trace: its columns are {rows.fieldnames}")
        return [
            TracedRequest(
                _seconds(row["TIMESTAMP"]),
                f"azure-{model}",
                None,
                int(row["ContextTokens"]),
                int(row["GeneratedTokens"]),
            )
            for row in rows
        ]


def _seconds(text: str) -> float:
    """Seconds of a time with seven decimal places, of which Python reads six."""
    return datetime.fromisoformat(text[:26]).replace(tzinfo=UTC).timestamp()


def _events(trace: str, requests: list[TracedRequest], anchor: datetime) -> Iterator[NativeEvent]:
    last = max(request.at for request in requests)
    for row, request in enumerate(requests):
        event_id = str(uuid5(NAMESPACE_URL, f"{trace}/{row}/{anchor.isoformat()}"))
        yield _event(event_id, anchor - timedelta(seconds=last - request.at), request)


def _event(event_id: str, occurred_at: datetime, request: TracedRequest) -> NativeEvent:
    first_token_ms = _FIRST_TOKEN_MS + _PREFILL_MS_PER_TOKEN * request.input_tokens
    inference = {
        "telemetry_type": "inference",
        "operation": "chat",
        "provider": request.model.partition("-")[0],
        "model_id": request.model,
        "request_id": event_id,
        "latency_ms": round(first_token_ms + _DECODE_MS_PER_TOKEN * request.output_tokens, 3),
        "ttft_ms": round(first_token_ms, 3),
        "input_tokens": request.input_tokens,
        "output_tokens": request.output_tokens,
        **({"team": request.team} if request.team else {}),
    }
    return {
        "event_id": event_id,
        "timestamp": occurred_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "source_module": "llm-observatory",
        "event_type": "telemetry",
        "schema_version": "1.0.0",
        "severity": "info",
        "environment": "trace",
        "payload": {"payload_type": "telemetry", "data": inference},
    }
