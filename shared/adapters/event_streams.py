"""Which event stream a deployment has."""

from shared.packs.stream import EventStream


def event_stream(name: str, partitions: int, brokers: str) -> EventStream:
    """The topic of that name where there are `brokers` of Kafka, and the stream of Kinesis where there are none.

    Neither is imported where it is not used: Kafka's client is in a layer that only such deployments have.
    """
    if brokers:
        from shared.adapters.kafka import kafka_stream  # noqa: PLC0415

        return kafka_stream(brokers, name)
    from shared.adapters.kinesis import kinesis_stream  # noqa: PLC0415

    return kinesis_stream(name, partitions)
