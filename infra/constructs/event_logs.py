"""The event stream as the stacks need it: who may put, who may read, and how a mapping reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from aws_cdk import Duration, aws_iam as iam, aws_kinesis as kinesis

from infra.constructs.networks import Network
from infra.constructs.stream_stage import StreamSource

READ_STREAM = ("kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards")


class EventLog(Protocol):
    """Kinesis or Kafka. `network` is that of functions that put; who reads is handed its records by Lambda."""

    @property
    def name(self) -> str: ...

    @property
    def settings(self) -> Mapping[str, str]:
        """What a function is told that puts."""
        ...

    @property
    def network(self) -> Network | None: ...

    def let_put(self, role: iam.IRole) -> None: ...

    def let_read(self, role: iam.IRole) -> None: ...

    def source(
        self, reader: str, *, batch_size: int, batching_window: Duration, parallelization_factor: int = 1
    ) -> StreamSource:
        """`reader` is the stage, which keeps its own place in the stream."""
        ...


@dataclass(frozen=True, slots=True)
class KinesisLog:
    """An `EventLog`."""

    stream: kinesis.IStream

    @property
    def name(self) -> str:
        return self.stream.stream_name

    @property
    def settings(self) -> Mapping[str, str]:
        return {"EVENT_STREAM": self.name}

    @property
    def network(self) -> None:
        return None

    def let_put(self, role: iam.IRole) -> None:
        self.stream.grant(role, "kinesis:PutRecords")

    def let_read(self, role: iam.IRole) -> None:
        self.stream.grant(role, *READ_STREAM)

    def source(
        self, reader: str, *, batch_size: int, batching_window: Duration, parallelization_factor: int = 1
    ) -> StreamSource:
        del reader  # a mapping keeps its place by itself
        return StreamSource(
            name="Events",
            arn=self.stream.stream_arn,
            batch_size=batch_size,
            batching_window=batching_window,
            parallelization_factor=parallelization_factor,
        )


def allow(role: iam.IRole, actions: Sequence[str], resources: Sequence[str]) -> None:
    role.add_to_principal_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))
