"""WriteRecords of Timestream for LiveAnalytics as its API reference has it, behind boto3's own client and its checks.

https://docs.aws.amazon.com/timestream/latest/developerguide/API_WriteRecords.html and .../ts-limits.html
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import boto3
import msgspec
from botocore.awsrequest import AWSRequest, AWSResponse, HeadersDict

if TYPE_CHECKING:
    from mypy_boto3_timestream_write import TimestreamWriteClient

MOST_RECORDS = 100
MOST_BYTES_OF_DIMENSIONS = 2_048
_NUMBERS = {"BIGINT": int, "DOUBLE": float}
Place = tuple[str, str, tuple[tuple[str, str], ...], str]


class TimestreamApi:
    """`records`: what is stored, by (table, time, dimensions, measure): its version and values."""

    def __init__(self) -> None:
        self.records: dict[Place, tuple[int, dict[str, Any]]] = {}
        self.calls: list[int] = []
        self.failure: str | None = None
        self.client: TimestreamWriteClient = boto3.client(
            "timestream-write",
            region_name="us-east-1",
            endpoint_url="http://127.0.0.1:9",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        events: Any = self.client.meta.events
        events.register("before-send.timestream-write", self._answer)

    def _answer(self, request: AWSRequest, **_: Any) -> Any:
        asked = msgspec.json.decode(request.body)
        if "DescribeEndpoints" in str(request.headers["X-Amz-Target"]):
            return _response(200, {"Endpoints": [{"Address": "127.0.0.1:9", "CachePeriodInMinutes": 1440}]})
        if self.failure:
            return _response(400, {"__type": self.failure, "message": "later"})
        return self._write(asked)

    def _write(self, asked: Mapping[str, Any]) -> AWSResponse:
        self.calls.append(len(asked["Records"]))
        if len(asked["Records"]) > MOST_RECORDS:
            return _response(400, {"__type": "ValidationException", "message": "too many records"})
        records = [{**asked.get("CommonAttributes", {}), **record} for record in asked["Records"]]
        rejected = [
            {"RecordIndex": index, **reason}
            for index, record in enumerate(records)
            if (reason := self._stored(asked["TableName"], record))
        ]
        if rejected:
            return _response(419, {"__type": "RejectedRecordsException", "message": "", "RejectedRecords": rejected})
        return _response(200, {"RecordsIngested": {"Total": len(records)}})

    def _stored(self, table: str, record: Mapping[str, Any]) -> dict[str, Any] | None:
        dimensions = tuple((each["Name"], each["Value"]) for each in record["Dimensions"])
        if sum(len(name) + len(value.encode()) for name, value in dimensions) > MOST_BYTES_OF_DIMENSIONS:
            return {"Reason": "The dimensions exceed the limit."}
        if not all(value for _, value in dimensions):
            return {"Reason": "A dimension has no value."}
        place = (table, record["Time"], dimensions, record["MeasureName"])
        values = _values(record["MeasureValues"])
        existing, stored = self.records.get(place, (0, {}))
        if existing > record["Version"] or (existing == record["Version"] and stored != values):
            return {"Reason": "A higher version is required.", "ExistingVersion": existing}
        self.records[place] = (record["Version"], values)
        return None


def _values(measured: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    return {each["Name"]: _NUMBERS[each["Type"]](each["Value"]) for each in measured}


def _response(status: int, body: Any) -> AWSResponse:
    class Raw:
        def stream(self) -> list[bytes]:
            return [msgspec.json.encode(body)]

    headers: Any = HeadersDict({"Content-Type": "application/x-amz-json-1.0"})
    return AWSResponse("", status, headers, Raw())
