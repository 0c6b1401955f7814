"""A batch that Lambda gave up, read from the invocation record that it leaves in the failure bucket.

Of a stream of events it holds records with their bytes, of a table's stream changes with their keys. Lambda's own words
for the record are `requestContext` (function and condition) and `payload`, the whole event as escaped JSON.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.errors import HubError, RejectedRecordError
from shared.packs.arrived import ArrivedRecord, arrived_records
from shared.packs.failures import Failure

Change = Mapping[str, Any]
_NAME_IN_ARN = 6


@dataclass(frozen=True, slots=True)
class GivenUpBatch:
    """Either `records` of the event stream or `changes` of a table; `asked` is what the function was invoked with."""

    function: str
    condition: str
    asked: Mapping[str, Any]
    records: Sequence[ArrivedRecord]
    changes: Sequence[Change]

    def changes_by_key(self) -> list[list[Change]]:
        """The changes of each partition key, which a function that could not do them all may do one by one."""
        found: dict[str, list[Change]] = defaultdict(list)
        for change in self.changes:
            found[json.dumps(change["dynamodb"]["Keys"]["pk"], sort_keys=True)].append(change)
        return list(found.values())


def given_up_batch(failure: Failure) -> GivenUpBatch:
    """Whatever the object holds, the only error is RejectedRecordError."""
    try:
        record = json.loads(failure.data)
        payload = record["payload"]
        asked = json.loads(payload) if isinstance(payload, str) else payload
        return _batch(record["requestContext"], asked)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, HubError) as error:
        raise RejectedRecordError("unreadable_failure", f"{type(error).__name__} in an invocation record") from error


def _batch(context: Mapping[str, Any], asked: Mapping[str, Any]) -> GivenUpBatch:
    changed = asked.get("Records", [])
    of_stream = {**asked, "Records": [each for each in changed if "kinesis" in each]}
    records = arrived_records(of_stream)
    changes = [each for each in changed if "dynamodb" in each and each["dynamodb"]["Keys"]["pk"]]
    if not records and not changes:
        raise RejectedRecordError("unreadable_failure", "No records in an invocation record")
    function = context["functionArn"].split(":")[_NAME_IN_ARN]
    return GivenUpBatch(function, context["condition"], asked, records, changes)
