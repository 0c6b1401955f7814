"""The use case: when the hub is deployed the topic is there as it should be, and when it is removed it is left alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from shared.errors import HubError
from shared.packs.topic import Topic, Topics


class Answer(Protocol):
    def __call__(self, request: Mapping[str, Any], physical_id: str, trouble: str | None, /) -> None:
        """Let CloudFormation go on, or give it a reason not to. Raises TransientError if it cannot be told."""
        ...


@dataclass(frozen=True, slots=True)
class Deployer:
    topics: Topics
    topic: Topic
    answer: Answer

    def serve(self, request: Mapping[str, Any]) -> str:
        """Whatever goes wrong is answered: a deployment that hears nothing waits for an hour."""
        trouble = None if request["RequestType"] == "Delete" else self._make()
        self.answer(request, self.topic.name, trouble)
        return trouble or "done"

    def _make(self) -> str | None:
        try:
            self.topics.make(self.topic)
        except HubError as error:
            return str(error)
        return None
