"""`python -m infra.restoring --deployment prod --at TIME Rollups Audit`: what tables have lost since, put back into them.

CloudFormation owns the tables' names, so each table is restored beside itself, its items are copied where they are missing,
and the copy is deleted. What has been written since stays as it is (docs/disaster-recovery.md says what to stop before).
"""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import Progress

from infra.deployment import DEPLOYMENTS, DERIVED_TABLES, deployment_named
from infra.redriving import PROGRESS, instant

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SUFFIX: Final = "-restored"
LOOK_SECONDS: Final = 10.0
AT_ONCE: Final = 10
"""As many as a client of boto3 has connections."""
Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """Of one table: how many items it had, and how many of them were missing and are there again."""

    items: int
    put_back: int


@dataclass(frozen=True, slots=True)
class Restoring:
    """One table. Each step may be done again after a failure: what is there already is left as it is."""

    client: "DynamoDBClient"
    table: str
    sleep: Sleep = time.sleep

    @property
    def copy(self) -> str:
        return self.table + SUFFIX

    def restore(self, at: datetime | None) -> None:
        """Returns when the copy is there; of the latest second that can be had, unless a time is given."""
        when: dict[str, Any] = {"RestoreDateTime": at} if at else {"UseLatestRestorableTime": True}
        self.client.restore_table_to_point_in_time(
            SourceTableName=self.table, TargetTableName=self.copy, BillingModeOverride="PAY_PER_REQUEST", **when
        )
        while self._described(self.copy)["TableStatus"] != "ACTIVE":
            self.sleep(LOOK_SECONDS)

    def put_back(self, told: Callable[[int], None] = lambda _items: None) -> Restored:
        """`told` hears how many more items were looked at."""
        looked_at, put_back = 0, 0
        [key] = (
            each["AttributeName"] for each in self._described(self.table)["KeySchema"] if each["KeyType"] == "HASH"
        )
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for page in self._pages():
                put_back += sum(threads.map(partial(self._is_put, key), page))
                looked_at += len(page)
                told(len(page))
        return Restored(looked_at, put_back)

    def forget(self) -> None:
        self.client.delete_table(TableName=self.copy)

    def _pages(self) -> Iterator[Sequence[dict[str, Any]]]:
        for page in self.client.get_paginator("scan").paginate(TableName=self.copy):
            yield page["Items"]

    def _described(self, table: str) -> Any:
        return self.client.describe_table(TableName=table)["Table"]

    def _is_put(self, key: str, item: dict[str, Any]) -> bool:
        missing = {"ConditionExpression": "attribute_not_exists(#key)", "ExpressionAttributeNames": {"#key": key}}
        try:
            self.client.put_item(TableName=self.table, Item=item, **missing)  # type: ignore[arg-type]
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def tables_of(deployment: str, names: Sequence[str]) -> dict[str, str]:
    """The tables of the storage stack by the names that it has for them; KeyError for one that it has not, or that only
    a replay brings back.
    """
    stack = f"{deployment_named(deployment).stack_prefix}-Storage"
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
    found = {
        each["LogicalResourceId"].rstrip("0123456789ABCDEF"): each["PhysicalResourceId"]
        for page in pages
        for each in page["StackResourceSummaries"]
        if each["ResourceType"] == "AWS::DynamoDB::Table"
    }
    if derived := DERIVED_TABLES.intersection(names):
        raise KeyError(f"{', '.join(derived)}: no point-in-time recovery, replay the archive (docs/redrive.md)")
    return {name: found[name] for name in names or sorted(found.keys() - DERIVED_TABLES)}


def main() -> int:
    asked, console = _asked(), Console()
    try:
        tables = tables_of(asked.deployment, asked.tables)
        for name, table in tables.items():
            _show(console, name, Restoring(boto3.client("dynamodb"), table), asked.at)
    except (KeyError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _show(console: Console, name: str, restoring: Restoring, at: datetime | None) -> None:
    with console.status(f"{name}: restoring beside itself (AWS takes minutes, for large tables hours)"):
        restoring.restore(at)
    with Progress(*PROGRESS, console=console) as progress:
        task = progress.add_task(name, total=None)
        restored = restoring.put_back(lambda items: progress.advance(task, items))
    restoring.forget()
    console.print(f"{name}: {restored.items:,} items as they were, {restored.put_back:,} of them put back")


def _asked() -> Namespace:
    parser = ArgumentParser(prog="python -m infra.restoring", description=__doc__)
    parser.add_argument(
        "tables", nargs="*", help="as the storage stack names them, Rollups for one; all if none is named"
    )
    parser.add_argument("--deployment", required=True, choices=sorted(DEPLOYMENTS))
    parser.add_argument("--at", type=instant, help="as they were then (UTC); else at the latest second")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
