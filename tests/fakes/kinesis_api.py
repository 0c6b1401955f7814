"""Kinesis as its callers see it go wrong: answers are scripted, and every request is kept."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from shared.errors import TransientError

THROTTLED = "ProvisionedThroughputExceededException"


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


class ThrottlingKinesis:
    """In front of another: it takes nothing of one partition key."""

    def __init__(self, api: Any, key: str) -> None:
        self._api = api
        self._key = key

    def post(self, operation: str, body: bytes) -> tuple[int, bytes]:
        asked = json.loads(body)
        is_taken = [record["PartitionKey"] != self._key for record in asked["Records"]]
        taken = [record for record, is_one in zip(asked["Records"], is_taken, strict=True) if is_one]
        results = iter(self._put(operation, asked | {"Records": taken}) if taken else [])
        refused = {"ErrorCode": THROTTLED, "ErrorMessage": "Rate exceeded for shard"}
        records = [next(results) if is_one else refused for is_one in is_taken]
        return 200, json.dumps({"FailedRecordCount": len(is_taken) - sum(is_taken), "Records": records}).encode()

    def _put(self, operation: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
        status, answer = self._api.post(operation, json.dumps(asked).encode())
        assert status == 200
        results: list[dict[str, Any]] = json.loads(answer)["Records"]
        return results
