"""The archive as a table that Athena can query."""

from aws_cdk import Stack, aws_glue as glue, aws_s3 as s3
from constructs import Construct

# The envelope by column, so that a query need not know JSON; of the payload, which differs by kind, the text.
COLUMNS = {
    "event_id": "string",
    "timestamp": "string",
    "source_module": "string",
    "event_type": "string",
    "correlation_id": "string",
    "parent_event_id": "string",
    "schema_version": "string",
    "severity": "string",
    "environment": "string",
    "tags": "map<string,string>",
    "payload": "string",
    "ingested_at": "string",
    "partition": "int",
    "allowed_lateness_s": "double",
}
FIRST_DAY = "2026-01-01"


class ArchiveTable(Construct):
    """Its partitions (tenant, date, hour of arrival) are computed from the query, so none need ever be added.

    A query has to name its tenant: `WHERE tenant = 'acme'`.
    """

    def __init__(self, scope: Construct, construct_id: str, *, bucket: s3.IBucket, database: str) -> None:
        super().__init__(scope, construct_id)
        account = Stack.of(self).account
        catalog = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=account,
            database_input=glue.CfnDatabase.DatabaseInputProperty(name=database),
        )
        folder = f"s3://{bucket.bucket_name}/events/"
        glue.CfnTable(
            self,
            "Events",
            catalog_id=account,
            database_name=catalog.ref,
            table_input=glue.CfnTable.TableInputProperty(
                name="events",
                description="Every event that arrived; one may be there twice, so count distinct event ids",
                table_type="EXTERNAL_TABLE",
                parameters=_projection(folder),
                partition_keys=_columns({"tenant": "string", "date": "string", "hour": "int"}),
                storage_descriptor=_json_lines(folder),
            ),
        )


def _projection(folder: str) -> dict[str, str]:
    return {
        "EXTERNAL": "TRUE",
        "classification": "json",
        "projection.enabled": "true",
        "projection.tenant.type": "injected",
        "projection.date.type": "date",
        "projection.date.format": "yyyy-MM-dd",
        "projection.date.range": f"{FIRST_DAY},NOW",
        "projection.hour.type": "integer",
        "projection.hour.range": "0,23",
        "projection.hour.digits": "2",
        "storage.location.template": f"{folder}tenant=${{tenant}}/date=${{date}}/hour=${{hour}}/",
    }


def _json_lines(folder: str) -> glue.CfnTable.StorageDescriptorProperty:
    """Athena knows the compression by the objects' extension, .zst."""
    return glue.CfnTable.StorageDescriptorProperty(
        location=folder,
        columns=_columns(COLUMNS),
        input_format="org.apache.hadoop.mapred.TextInputFormat",
        output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        serde_info=glue.CfnTable.SerdeInfoProperty(serialization_library="org.openx.data.jsonserde.JsonSerDe"),
    )


def _columns(types: dict[str, str]) -> list[glue.CfnTable.ColumnProperty]:
    return [glue.CfnTable.ColumnProperty(name=name, type=kind) for name, kind in types.items()]
