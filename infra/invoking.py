"""The functions of a deployed hub that operators command, and nobody else: who may invoke them may use them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import boto3
from botocore.config import Config

from infra.deployment import deployment_named

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

Invoke = Callable[[dict[str, Any]], dict[str, Any]]
# As long as a function may take; and never twice, for a second call would command a second time.
PATIENT = Config(read_timeout=900, retries={"mode": "standard", "total_max_attempts": 1})


class CommandError(Exception):
    """What the hub refused, or why it could not be reached, in one sentence."""


@dataclass(frozen=True, slots=True)
class CommandedFunction:
    client: "LambdaClient"
    name: str

    @classmethod
    def of(cls, deployment: str, stack: str, output: str) -> Self:
        """The function that the stack names in its output."""
        return cls(boto3.client("lambda", config=PATIENT), output_of(deployment, stack, output))

    def invoke(self, command: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.invoke(FunctionName=self.name, Payload=json.dumps(command).encode())
        said: dict[str, Any] = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise CommandError(f"the hub failed: {said.get('errorMessage', 'no reason given')}")
        if error := said.get("error"):
            fields = "".join(f"\n  {field}: {what}" for field, what in error.get("fields", {}).items())
            raise CommandError(f"{error['message']}{fields}")
        return said


def output_of(deployment: str, stack: str, output: str) -> str:
    """What a stack of the hub tells; KeyError if it does not."""
    name = f"{deployment_named(deployment).stack_prefix}-{stack}"
    [described] = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}
    return outputs[output]
