"""What each stage may do, and nothing else: the actions its adapters call, on the resources it was given."""

from collections.abc import Sequence

from aws_cdk import Stack, aws_dynamodb as dynamodb, aws_iam as iam, aws_kms as kms, aws_sqs as sqs
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge, acknowledge_objects
from infra.constructs.hub_function import HubFunction
from infra.stacks.storage import StorageStack

READ_TABLE_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
# DynamoDB uses the key in the caller's name.
READ_ENCRYPTED = ("kms:Decrypt", "kms:DescribeKey")
WRITE_ENCRYPTED = (*READ_ENCRYPTED, "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")
QUARANTINE = "quarantine/*"
ARCHIVED = "events/*"
STATES = "detector/*"
EXPORTED = "exports/*"


def put_events(stage: HubFunction, storage: StorageStack) -> None:
    storage.events.let_put(stage.role)
    _use(storage.key, stage, "kms:GenerateDataKey")


def read_prices(stage: HubFunction, storage: StorageStack) -> None:
    _on_table(storage.prices, stage, "Query")
    _use(storage.key, stage, *READ_ENCRYPTED)


def count_refusals(stage: HubFunction, storage: StorageStack) -> None:
    _on_table(storage.refusals, stage, "UpdateItem")
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def note_quarantined(stage: HubFunction, storage: StorageStack) -> None:
    _on_table(storage.refusals, stage, "PutItem")
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def read_refusals(stage: HubFunction, storage: StorageStack) -> None:
    _on_table(storage.refusals, stage, "Query")


def keep_prices(stage: HubFunction, storage: StorageStack) -> None:
    _on_table(storage.prices, stage, "Query", "PutItem", "DeleteItem")
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def fold_events(stage: HubFunction, storage: StorageStack) -> None:
    storage.events.let_read(stage.role)
    _on_table(storage.window_state, stage, "BatchGetItem", "BatchWriteItem", "Query", "PutItem", "UpdateItem")
    _allow(stage, ["s3:PutObject"], [storage.failures.arn_for_objects(QUARANTINE)])
    acknowledge_objects(stage, storage.failures, QUARANTINE, "One object for each record that cannot be read.")
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def keep_events(stage: HubFunction, storage: StorageStack) -> None:
    storage.events.let_read(stage.role)
    _allow(stage, ["s3:PutObject"], [storage.archive.arn_for_objects(ARCHIVED)])
    acknowledge_objects(stage, storage.archive, ARCHIVED, "One object for each batch, tenant and hour.")
    _use(storage.key, stage, "kms:Decrypt", "kms:GenerateDataKey")


def redrive_failures(stage: HubFunction, storage: StorageStack, again: Sequence[HubFunction]) -> None:
    """Empties the failure bucket, reads the archive, puts events, and invokes `again` those who could not do a batch."""
    _allow(stage, ["s3:ListBucket"], [storage.failures.bucket_arn, storage.archive.bucket_arn])
    _allow(stage, ["s3:GetObject", "s3:DeleteObject"], [storage.failures.arn_for_objects("*")])
    _allow(stage, ["s3:PutObject"], [storage.failures.arn_for_objects(QUARANTINE)])
    _allow(stage, ["s3:GetObject"], [storage.archive.arn_for_objects(ARCHIVED)])
    acknowledge_objects(stage, storage.failures, "*", "Whatever failed may be redriven or discarded.")
    acknowledge_objects(stage, storage.failures, QUARANTINE, "One object for each record that cannot be redriven.")
    acknowledge_objects(stage, storage.archive, ARCHIVED, "Whatever was archived may be replayed.")
    storage.events.let_put(stage.role)
    _allow(stage, ["lambda:InvokeFunction"], [each.function.function_arn for each in again])
    _use(storage.key, stage, "kms:Decrypt", "kms:GenerateDataKey")


def close_windows(stage: HubFunction, storage: StorageStack) -> None:
    _allow(stage, list(READ_TABLE_STREAM), [storage.state_changes_arn])
    _allow(stage, ["dynamodb:ListStreams"], ["*"])
    acknowledge(
        stage, {"AwsSolutions-IAM5[Resource::*]": "Streams are listed for the account, tracing knows no resource."}
    )
    _on_table(storage.window_state, stage, "BatchGetItem", "Query")
    _on_table(storage.closed_windows, stage, "GetItem", "Query", "PutItem", "UpdateItem", "BatchWriteItem")
    _on_table(storage.rollups, stage, "PutItem")
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def detect_anomalies(stage: HubFunction, storage: StorageStack) -> None:
    """Reads what is closed, keeps what it has learned, writes anomalies and tells of them."""
    _allow(stage, list(READ_TABLE_STREAM), [storage.closed_changes_arn])
    _allow(stage, ["dynamodb:ListStreams"], ["*"])
    acknowledge(
        stage, {"AwsSolutions-IAM5[Resource::*]": "Streams are listed for the account, tracing knows no resource."}
    )
    _on_table(storage.closed_windows, stage, "GetItem", "Query")
    _on_table(storage.detection, stage, "GetItem", "Query", "PutItem", "DeleteItem")
    _on_table(storage.anomalies, stage, "GetItem", "PutItem")
    _allow(
        stage, ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [storage.detector_states.arn_for_objects(STATES)]
    )
    acknowledge_objects(stage, storage.detector_states, STATES, "Each commit keeps what it has learned by a new id.")
    _allow(stage, ["events:PutEvents"], [storage.bus.event_bus_arn])
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def watch_events(stage: HubFunction, storage: StorageStack) -> None:
    """Opens anomalies straight from the event stream, and tells of them."""
    storage.events.let_read(stage.role)
    _on_table(storage.anomalies, stage, "GetItem", "Query", "PutItem")
    _on_table(storage.detection, stage, "Query", "PutItem")
    _allow(stage, ["events:PutEvents"], [storage.bus.event_bus_arn])
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def reinvoke(redrive: HubFunction, stage: HubFunction) -> None:
    """What a stage could not do is given to it again."""
    _allow(redrive, ["lambda:InvokeFunction"], [stage.function.function_arn])


def tell_incidents(stage: HubFunction, storage: StorageStack) -> None:
    storage.events.let_read(stage.role)
    _allow(stage, list(READ_TABLE_STREAM), [storage.anomaly_changes_arn])
    _allow(stage, ["dynamodb:ListStreams"], ["*"])
    acknowledge(
        stage, {"AwsSolutions-IAM5[Resource::*]": "Streams are listed for the account, tracing knows no resource."}
    )
    _on_table(storage.correlation, stage, "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query")
    _on_table(storage.incidents, stage, "GetItem", "PutItem", "Query")
    _on_table(storage.event_index, stage, "BatchWriteItem")
    _on_table(storage.rollups, stage, "Query")
    _allow(stage, ["events:PutEvents"], [storage.bus.event_bus_arn])
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def forecast_series(stage: HubFunction, storage: StorageStack, tasks: sqs.IQueue) -> None:
    """Reads what is closed, keeps forecasts and how budgets stand, tells of budgets, and gives work to itself."""
    _on_table(storage.closed_windows, stage, "GetItem", "Query")
    _on_table(storage.rollups, stage, "Query")
    _on_table(storage.forecasts, stage, "GetItem", "PutItem")
    _on_table(storage.budgets, stage, "Query", "PutItem")
    _allow(stage, ["sqs:SendMessage"], [tasks.queue_arn])
    _allow(stage, ["events:PutEvents"], [storage.bus.event_bus_arn])
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def keep_budgets(stage: HubFunction, storage: StorageStack) -> None:
    """Reads forecasts, and keeps what people plan to spend."""
    _on_table(storage.forecasts, stage, "Query")
    _on_table(storage.budgets, stage, "GetItem", "Query", "PutItem", "DeleteItem")
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def keep_documents(stage: HubFunction, storage: StorageStack) -> None:
    _on_table(storage.documents, stage, "GetItem", "Query", "PutItem", "DeleteItem")
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def keep_audit(stage: HubFunction, storage: StorageStack) -> None:
    """Reads and adds; nobody may change or delete an entry."""
    _on_table(storage.audit, stage, "Query", "PutItem")
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def tell_clients(stage: HubFunction, storage: StorageStack, clients_arn: str) -> None:
    """Reads what is closed and what is open, keeps who listens, and sends to them."""
    streams = [storage.closed_changes_arn, storage.anomaly_changes_arn, storage.incident_changes_arn]
    _allow(stage, list(READ_TABLE_STREAM), streams)
    _allow(stage, ["dynamodb:ListStreams"], ["*"])
    acknowledge(
        stage, {"AwsSolutions-IAM5[Resource::*]": "Streams are listed for the account, tracing knows no resource."}
    )
    _on_table(storage.closed_windows, stage, "GetItem", "Query")
    _on_table(storage.window_state, stage, "BatchGetItem", "Query")
    _on_table(storage.live, stage, "GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
    _allow(stage, ["execute-api:ManageConnections"], [clients_arn])
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def issue_tickets(stage: HubFunction, storage: StorageStack) -> None:
    _on_table(storage.live, stage, "PutItem")


def answer_subjects(stage: HubFunction, storage: StorageStack) -> None:
    """Reads and rewrites wherever people are named, and puts what is known of them into a bucket for seven days."""
    _on_table(storage.documents, stage, "GetItem", "Query", "PutItem", "DeleteItem")
    _on_table(storage.event_index, stage, "Query", "BatchWriteItem")
    _on_table(storage.incidents, stage, "GetItem", "Query", "PutItem")
    _on_table(storage.correlation, stage, "Query", "BatchWriteItem")
    _allow(stage, ["s3:ListBucket"], [storage.archive.bucket_arn])
    _allow(stage, ["s3:GetObject", "s3:PutObject"], [storage.archive.arn_for_objects(ARCHIVED)])
    _allow(stage, ["s3:GetObject", "s3:PutObject"], [storage.exports.arn_for_objects(EXPORTED)])
    acknowledge_objects(stage, storage.archive, ARCHIVED, "People may be named in whatever was archived.")
    acknowledge_objects(stage, storage.exports, EXPORTED, "One folder for each request.")
    keep_audit(stage, storage)


def mirror_windows(stage: HubFunction, storage: StorageStack, looks: dynamodb.ITable, doorbell: sqs.IQueue) -> None:
    """Reads what is closed and what was, and notes what it has to write once more; its queue is granted by its source."""
    _on_table(storage.closed_windows, stage, "GetItem", "Query")
    _on_table(storage.rollups, stage, "Query")
    _on_table(looks, stage, "PutItem", "Query", "DeleteItem")
    doorbell.grant_consume_messages(stage.role)
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def ring(stage: HubFunction, doorbell: sqs.IQueue) -> None:
    _allow(stage, ["sqs:SendMessage"], [doorbell.queue_arn])


def read_secret(stage: HubFunction, secret_arn: str) -> None:
    _allow(stage, ["secretsmanager:GetSecretValue"], [secret_arn])


def write_records(stage: HubFunction, table_arns: list[str]) -> None:
    _allow(stage, ["timestream:WriteRecords"], table_arns)
    _allow(stage, ["timestream:DescribeEndpoints"], ["*"])
    acknowledge(
        stage, {"AwsSolutions-IAM5[Resource::*]": "Endpoints are told to the account, tracing knows no resource."}
    )


def answer_queries(stage: HubFunction, storage: StorageStack) -> None:
    _on_table(storage.window_state, stage, "BatchGetItem", "Query")
    _on_table(storage.closed_windows, stage, "GetItem")
    _on_table(storage.rollups, stage, "Query")
    _use(storage.key, stage, *READ_ENCRYPTED)


def read_incidents(stage: HubFunction, storage: StorageStack) -> None:
    _on_table(storage.incidents, stage, "GetItem", "Query")
    _on_table(storage.correlation, stage, "Query")
    _on_table(storage.event_index, stage, "Query")


def decide_alerts(stage: HubFunction, storage: StorageStack) -> None:
    """Reads anomalies and writes what people say of them, rules and maintenance windows; tells what that ends."""
    _on_table(storage.anomalies, stage, "GetItem", "Query", "PutItem")
    _on_table(storage.detection, stage, "Query", "PutItem", "DeleteItem")
    _allow(stage, ["events:PutEvents"], [storage.bus.event_bus_arn])
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def manage_keys(stage: HubFunction, storage: StorageStack) -> None:
    _on_table(storage.access_keys, stage, "GetItem", "PutItem", "UpdateItem")
    _allow(stage, ["dynamodb:Query"], [f"{storage.access_keys.table_arn}/index/by_tenant"])
    _use(storage.key, stage, *WRITE_ENCRYPTED)


def meter_keys(stage: HubFunction) -> None:
    """Makes and removes the gateway's keys, which carry only hashes, and puts them into rate plans."""
    _allow(stage, ["apigateway:GET"], [_gateway(stage, "apikeys"), _gateway(stage, "usageplans")])
    _allow(stage, ["apigateway:POST"], [_gateway(stage, "apikeys"), _gateway(stage, "usageplans/*/keys")])
    _allow(stage, ["apigateway:DELETE"], [_gateway(stage, "apikeys/*")])
    found = "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:apigateway:<AWS::Region>::/{}]"
    acknowledge(
        stage,
        {
            found.format("apikeys/*"): "A key of the gateway has the id that it was given when it was made.",
            found.format("usageplans/*/keys"): "Plans are found by name: they come after the function that uses them.",
        },
    )


def _gateway(scope: Construct, path: str) -> str:
    return Stack.of(scope).format_arn(service="apigateway", account="", resource="", resource_name=path)


def _on_table(table: dynamodb.ITable, stage: HubFunction, *operations: str) -> None:
    _allow(stage, [f"dynamodb:{operation}" for operation in operations], [table.table_arn])


def _use(key: kms.IKey, stage: HubFunction, *actions: str) -> None:
    key.grant(stage.role, *actions)


def _allow(stage: HubFunction, actions: list[str], resources: list[str]) -> None:
    stage.role.add_to_policy(iam.PolicyStatement(actions=actions, resources=resources))
