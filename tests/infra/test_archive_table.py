"""Athena finds what the archive writes."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from infra.constructs.archive_table import COLUMNS
from shared.packs.archive import archived_objects
from shared.packs.compression import zstd
from shared.packs.pack import Pack, decode_record
from tests.builders.arrivals import call, pack
from tests.infra.synthesised import Synthesised, strings


def table(hub: Synthesised) -> Any:
    (found,) = hub.properties("AWS::Glue::Table")
    return found["TableInput"]


def archived() -> tuple[str, dict[str, Any]]:
    """The key of an object and its line."""
    content = decode_record(pack([call(1)], ingested_at=datetime(2026, 11, 22, 9, 5, tzinfo=UTC)))
    assert isinstance(content, Pack)
    [found] = archived_objects([content], "shard-1-2")
    return found.key, msgspec.json.decode(zstd.decompress(found.data))


def test_partitions_are_projected_to_the_folders_that_the_archive_writes(prod: Synthesised) -> None:
    parameters = table(prod)["Parameters"]
    template = "".join(strings(parameters["storage.location.template"]["Fn::Join"][1][-1:]))
    folder = template.replace("${tenant}", "acme").replace("${date}", "2026-11-22").replace("${hour}", "09")

    assert parameters["projection.enabled"] == "true"
    assert archived()[0] == f"{folder.lstrip('/')}shard-1-2.jsonl.zst"


def test_every_field_of_a_line_is_a_column(prod: Synthesised) -> None:
    columns = {column["Name"] for column in table(prod)["StorageDescriptor"]["Columns"]}
    keys = {key["Name"] for key in table(prod)["PartitionKeys"]}

    assert archived()[1].keys() <= columns | keys
    assert columns == COLUMNS.keys()
    assert not columns & keys
