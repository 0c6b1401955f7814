"""What is in a Kinesis stream."""

from typing import Any

from shared.packs.stream import StreamRecord


def stream_contents(client: Any, name: str) -> list[StreamRecord]:
    """All its records, shard by shard, each in order."""
    found: list[StreamRecord] = []
    for shard in client.list_shards(StreamName=name)["Shards"]:
        start = {"StreamName": name, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = client.get_shard_iterator(**start)["ShardIterator"]
        records = client.get_records(ShardIterator=iterator)["Records"]
        found += [StreamRecord(int(record["PartitionKey"]), record["Data"]) for record in records]
    return found
