"""What the dashboards look at: the stages, tables and alarms of some stacks, found where they stand."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aws_cdk import Stack, aws_cloudwatch as cloudwatch, aws_dynamodb as dynamodb, aws_lambda as lambda_, aws_sqs as sqs
from constructs import Construct, IConstruct

from infra.constructs.alarms import HubAlarm, JoinedAlarm, name_of
from infra.constructs.hub_function import HubFunction
from infra.constructs.stream_stage import StreamStage

Found = TypeVar("Found", bound=IConstruct)


@dataclass(frozen=True, slots=True)
class Watched:
    """Functions by stage; `readers` are the stages that read a stream, in no order of the pipeline."""

    functions: Mapping[str, lambda_.IFunction]
    readers: Sequence[str]
    tables: Mapping[str, dynamodb.Table]
    queues: Mapping[str, sqs.Queue]
    alarms: Sequence[HubAlarm | JoinedAlarm]

    @classmethod
    def of(cls, stacks: Iterable[Stack]) -> "Watched":
        there = [found for stack in stacks for found in stack.node.find_all()]
        functions = {found.stage: found.function for found in _of_kind(HubFunction, there)}
        readers = {found.stage.stage for found in _of_kind(StreamStage, there)}
        return cls(
            functions=dict(sorted(functions.items())),
            readers=sorted(readers),
            tables={found.node.id: found for found in _of_kind(dynamodb.Table, there)},
            queues={found.node.path.partition("/")[2]: found for found in _of_kind(sqs.Queue, there)},
            alarms=[*_of_kind(HubAlarm, there), *_of_kind(JoinedAlarm, there)],
        )

    def limit(self, construct_id: str) -> cloudwatch.HorizontalAnnotation:
        """Where the alarm of this name rises, as a line in a graph; the alarm must be the only one of its name."""
        [alarm] = [found for found in _of_kind(HubAlarm, self.alarms) if found.node.id == construct_id]
        return alarm.to_annotation()

    def by_name(self, scope: Construct, construct_ids: Iterable[str] | None = None) -> list[cloudwatch.IAlarm]:
        """The alarms of these names, else all that tell somebody, without a tie between the stacks."""
        wanted = None if construct_ids is None else set(construct_ids)
        names = sorted(
            name_of(alarm)
            for alarm in self.alarms
            if (alarm.node.id in wanted if wanted is not None else _tells(alarm))
        )
        return [cloudwatch.Alarm.from_alarm_name(scope, name, name) for name in names]


def _of_kind(kind: type[Found], there: Iterable[IConstruct]) -> Iterator[Found]:
    return (found for found in there if isinstance(found, kind))


def _tells(alarm: IConstruct) -> bool:
    """A part of a burn rate is heard through the alarm that it is a part of."""
    return not alarm.node.id.endswith(("LongAlarm", "ShortAlarm"))
