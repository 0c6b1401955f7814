"""A mirror in Timestream for LiveAnalytics, for accounts that have it (it takes no new customers since 2025-06-20).

https://docs.aws.amazon.com/timestream/latest/developerguide/API_WriteRecords.html
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import ClientError

from shared.adapters.dynamodb import failures_are_transient
from shared.mirror.points import Points, dimensions_of
from shared.windows.window import Window

if TYPE_CHECKING:
    from mypy_boto3_timestream_write import TimestreamWriteClient

RECORDS_A_CALL: Final = 100
_EMPTY: Final = '""'


def timestream_client() -> "TimestreamWriteClient":
    """As AWS advises for writes: https://docs.aws.amazon.com/timestream/latest/developerguide/configuring-sdk.html"""
    return boto3.client("timestream-write", config=Config(read_timeout=20, retries={"max_attempts": 10}))


class LiveAnalyticsMirror:
    """`Mirror`: a table for each resolution (`window_1m`), a multi-measure record for each point, Version = the window's.

    The engine keeps the record of the highest version. It cannot remove: a group that was folded into the overflow series
    keeps its record, whose `version` is lower than that of the window's others.
    """

    def __init__(self, client: "TimestreamWriteClient", database: str, logger: Logger) -> None:
        self._client = client
        self._database = database
        self._logger = logger

    def put(self, points: Points) -> int:
        records = list(_records(points))
        batches = [records[start : start + RECORDS_A_CALL] for start in range(0, len(records), RECORDS_A_CALL)]
        return sum(self._write(points, batch) for batch in batches)

    def remove_older(self, window: Window, version: int) -> None:
        """The engine has no way to remove a record."""

    def _write(self, points: Points, records: Any) -> int:
        with failures_are_transient("write records"):
            try:
                self._client.write_records(
                    DatabaseName=self._database,
                    TableName=f"window_{points.window.resolution.value}",
                    CommonAttributes=_common(points),
                    Records=records,
                )
            except self._client.exceptions.RejectedRecordsException as error:
                return self._refused(error, points.version)
        return 0

    def _refused(self, error: ClientError, version: int) -> int:
        """Each on its own: whose place a newer version has is where it should be."""
        rejected: Sequence[dict[str, Any]] = error.response.get("RejectedRecords", [])  # type: ignore[assignment]
        refused = [record for record in rejected if record.get("ExistingVersion", 0) <= version]
        for reason in sorted({record["Reason"] for record in refused}):
            self._logger.error("points refused", code="points_refused", reason=reason, points=len(refused))
        return len(refused)


def _common(points: Points) -> Any:
    return {
        "Time": str(int(points.window.start.timestamp())),
        "TimeUnit": "SECONDS",
        "Version": points.version,
        "MeasureValueType": "MULTI",
    }


def _records(points: Points) -> Iterator[dict[str, Any]]:
    dimensions = {key: _dimensions(dimensions_of(key)) for key in set(points.keys)}
    values = zip(*points.values.values(), strict=True)
    for key, measure, count, row in zip(points.keys, points.measures, points.counts, values, strict=True):
        yield {
            "Dimensions": dimensions[key],
            "MeasureName": measure,
            "MeasureValues": [
                {"Name": "count", "Value": str(count), "Type": "BIGINT"},
                {"Name": "version", "Value": str(points.version), "Type": "BIGINT"},
                *(
                    {"Name": name, "Value": repr(float(value)), "Type": "DOUBLE"}
                    for name, value in zip(points.values, row, strict=True)
                ),
            ],
        }


def _dimensions(named: dict[str, str]) -> list[dict[str, str]]:
    """A value cannot be empty."""
    return [{"Name": name, "Value": value or _EMPTY} for name, value in named.items()]
