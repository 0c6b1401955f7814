"""What each stage may do, and nothing else: the actions its adapters call, on the resources it was given."""

from aws_cdk import Stack, aws_dynamodb as dynamodb, aws_iam as iam, aws_kms as kms

from infra.constructs.acknowledgements import acknowledge, acknowledge_objects
from infra.constructs.hub_function import HubFunction
from infra.stacks.storage import StorageStack

READ_STATE = ("dynamodb:BatchGetItem", "dynamodb:Query")
READ_TABLE = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query")
WRITE_TABLE = ("dynamodb:PutItem", "dynamodb:UpdateItem")
READ_STREAM = ("kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards")
QUARANTINE = "quarantine/*"
READ_TABLE_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")


def put_events(stage: HubFunction, storage: StorageStack) -> None:
    storage.events.grant(stage.role, "kinesis:PutRecords")
    _use(storage.key, stage, "kms:GenerateDataKey")


def fold_events(stage: HubFunction, storage: StorageStack) -> None:
    storage.events.grant(stage.role, *READ_STREAM)
    _on_table(storage.window_state, stage, *READ_STATE, *WRITE_TABLE)
    _allow(stage, ["s3:PutObject"], [storage.failures.arn_for_objects(QUARANTINE)])
    acknowledge_objects(stage, storage.failures, QUARANTINE, "One object for each record that cannot be read.")
    _use(storage.key, stage, "kms:Decrypt", "kms:GenerateDataKey")


def close_windows(stage: HubFunction, storage: StorageStack) -> None:
    _allow(stage, list(READ_TABLE_STREAM), [storage.state_changes_arn])
    _allow(stage, ["dynamodb:ListStreams"], ["*"])
    _on_table(storage.window_state, stage, *READ_STATE)
    _on_table(storage.closed_windows, stage, *READ_TABLE, *WRITE_TABLE)
    _on_table(storage.rollups, stage, *READ_TABLE, *WRITE_TABLE)
    _use(storage.key, stage, "kms:Decrypt", "kms:GenerateDataKey")


def answer_queries(stage: HubFunction, storage: StorageStack) -> None:
    _on_table(storage.window_state, stage, *READ_STATE)
    _on_table(storage.closed_windows, stage, *READ_TABLE)
    _on_table(storage.rollups, stage, *READ_TABLE)
    _use(storage.key, stage, "kms:Decrypt")


def manage_keys(stage: HubFunction, storage: StorageStack) -> None:
    _on_table(storage.access_keys, stage, *READ_TABLE, *WRITE_TABLE)
    _allow(stage, ["dynamodb:Query"], [f"{storage.access_keys.table_arn}/index/by_tenant"])
    _use(storage.key, stage, "kms:Decrypt", "kms:GenerateDataKey")


def meter_keys(stage: HubFunction) -> None:
    """Makes and removes the gateway's keys, which carry only hashes, and puts them into rate plans."""
    keys, key, plans, members = (
        Stack.of(stage).format_arn(service="apigateway", account="", resource="", resource_name=path)
        for path in ("apikeys", "apikeys/*", "usageplans", "usageplans/*/keys")
    )
    _allow(stage, ["apigateway:GET"], [plans])
    _allow(stage, ["apigateway:POST"], [keys, members])
    _allow(stage, ["apigateway:DELETE"], [key])
    acknowledge(
        stage,
        {
            f"AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:apigateway:<AWS::Region>::/{path}]": reason
            for path, reason in (
                ("apikeys/*", "A key of the gateway has the id that it was given when it was made."),
                ("usageplans/*/keys", "The plans are found by name: they come after the function that uses them."),
            )
        },
    )


def _on_table(table: dynamodb.ITable, stage: HubFunction, *actions: str) -> None:
    _allow(stage, list(actions), [table.table_arn])


def _use(key: kms.IKey, stage: HubFunction, *actions: str) -> None:
    key.grant(stage.role, *actions)


def _allow(stage: HubFunction, actions: list[str], resources: list[str]) -> None:
    stage.role.add_to_policy(iam.PolicyStatement(actions=actions, resources=resources))
