"""Kinesis as its callers see it go wrong: answers are scripted, and every request is kept."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from shared.errors import TransientError


class ScriptedKinesis:
    """Each call takes the next step: error codes per record (None: taken), an (HTTP status, type), or "silence"."""

    def __init__(self, *steps: Sequence[str | None] | tuple[int, str] | str) -> None:
        self._steps = list(steps)
        self.requests: list[dict[str, Any]] = []

    def post(self, operation: str, body: bytes) -> tuple[int, bytes]:
        assert operation == "Kinesis_20131202.PutRecords"
        self.requests.append(json.loads(body))
        step = self._steps.pop(0) if self._steps else [None] * len(self.requests[-1]["Records"])
        if step == "silence":
            raise TransientError("timed out")
        if isinstance(step, tuple):
            return int(step[0]), json.dumps({"__type": step[1]}).encode()
        results = [{"ErrorCode": code} if code else {"SequenceNumber": "1"} for code in step]
        return 200, json.dumps({"FailedRecordCount": len(list(filter(None, step))), "Records": results}).encode()

    @property
    def sent(self) -> list[list[bytes]]:
        """The records' data, call by call."""
        return [[base64.b64decode(record["Data"]) for record in request["Records"]] for request in self.requests]
