"""What ingestion is told by its environment; by msgspec, as pydantic's import takes 100 ms of the cold start's CPU."""

from datetime import timedelta
from os import environ
from typing import Annotated, Self

from msgspec import Meta, Struct, convert, field

from shared.observability.origins import Origins

Name = Annotated[str, Meta(min_length=1)]
Positive = Annotated[int, Meta(gt=0)]


class Settings(Struct, frozen=True):
    """An error names the variable and what was expected, not what it holds."""

    service_name: Name = field(name="POWERTOOLS_SERVICE_NAME")
    metrics_namespace: Name = field(name="POWERTOOLS_METRICS_NAMESPACE")
    event_stream: Name = field(name="EVENT_STREAM")
    price_table: Name = field(name="PRICE_TABLE")
    refusal_table: Name = field(name="REFUSAL_TABLE")
    partitions: Positive = field(name="PARTITIONS")
    allowed_lateness_seconds: Positive = field(name="ALLOWED_LATENESS_SECONDS")
    max_body_bytes: Positive = field(name="MAX_BODY_BYTES")
    keep_content: bool = field(name="KEEP_CONTENT")
    max_inflated_bytes: Positive = field(name="MAX_INFLATED_BYTES")
    kafka_brokers: str = field(name="KAFKA_BROKERS", default="")
    allowed_origins: str = field(name="ALLOWED_ORIGINS", default="")

    @property
    def allowed_lateness(self) -> timedelta:
        return timedelta(seconds=self.allowed_lateness_seconds)

    @property
    def origins(self) -> Origins:
        """Whose pages may use the API."""
        return Origins.of(self.allowed_origins)

    @classmethod
    def from_environment(cls) -> Self:
        return convert(dict(environ), cls, strict=False)
