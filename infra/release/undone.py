"""Why CloudFormation took back what a deploy began: the first refusals of each stack of a hub that was rolled back.

A canary that CodeDeploy stops, since an alarm rose, shows here as the alias that could not be updated.
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef

CONSEQUENCE = "Resource creation cancelled", "Resource update cancelled"
BEGINNINGS = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"})


def undone(client: "CloudFormationClient", prefix: str) -> list[str]:
    """A line for each resource that could not be made or updated, and why, as CloudFormation says it."""
    return [line for stack in _rolled_back(client, prefix) for line in _refusals(client, stack)]


def _rolled_back(client: "CloudFormationClient", prefix: str) -> Iterator[str]:
    for page in client.get_paginator("describe_stacks").paginate():
        for stack in page["Stacks"]:
            if stack["StackName"].startswith(f"{prefix}-") and "ROLLBACK" in stack["StackStatus"]:
                yield stack["StackName"]


def _refusals(client: "CloudFormationClient", stack: str) -> Iterator[str]:
    """Of the last update alone: events come newest first, and the update began with the stack's own."""
    pages = client.get_paginator("describe_stack_events").paginate(StackName=stack)
    newest_first = (event for page in pages for event in page["StackEvents"])
    for event in takewhile(lambda event: not _begins(event), newest_first):
        reason = event.get("ResourceStatusReason", "")
        if event.get("ResourceStatus", "").endswith("_FAILED") and not reason.startswith(CONSEQUENCE):
            yield f"{stack}: {event.get('LogicalResourceId')}: {reason or event.get('ResourceStatus')}"


def _begins(event: "StackEventTypeDef") -> bool:
    is_of_stack = event.get("PhysicalResourceId") == event["StackId"]
    return is_of_stack and event.get("ResourceStatus") in BEGINNINGS
