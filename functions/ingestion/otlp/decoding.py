"""OTLP over HTTP: what each of its three paths takes, in protobuf or JSON.

The readers are imported by the first request that needs them: protobuf takes a third of the time that all else does.
"""

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from functions.ingestion.otlp.answers import is_protobuf
from functions.ingestion.otlp.spans import events_of
from shared.events.decoding import DecodedEvents


def decode_traces(headers: Mapping[str, str], body: bytes, received_at: datetime) -> DecodedEvents:
    """The events of all spans; the index of a rejection is the span's place in the request."""
    return events_of(_reader(headers).read_spans(body), received_at)


def decode_metrics(headers: Mapping[str, str], body: bytes, received_at: datetime) -> DecodedEvents:
    """The index of a rejection is the data point's place in the request."""
    decoded: DecodedEvents = import_module("functions.ingestion.otlp.metrics").decode_metrics(
        headers, body, received_at
    )
    return decoded


def decode_logs(headers: Mapping[str, str], body: bytes, received_at: datetime) -> DecodedEvents:
    """The index of a rejection is the record's place in the request."""
    decoded: DecodedEvents = import_module("functions.ingestion.otlp.logs").decode_logs(headers, body, received_at)
    return decoded


def _reader(headers: Mapping[str, str]) -> Any:
    encoding = "protobuf" if is_protobuf(headers) else "json"
    return import_module(f"functions.ingestion.otlp.{encoding}")
