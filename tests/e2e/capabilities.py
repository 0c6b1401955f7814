"""What an endpoint may lack of what the hub is made of, found out by trying it."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.deploying import REGION
from infra.local.hub import send

PATIENCE_SECONDS = 10
ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=5, read_timeout=60)
Connect = Callable[[str], Any]
UNKNOWN_TYPES = pytest.StashKey[list[str]]()
"""Kinds of resources that an endpoint said it deployed, though it does not have them."""


class LackError(Exception):
    """The text says what happened instead."""


@cache
def lacking(url: str, capability: str) -> str | None:
    """What is missing, with the words of whoever does not have it; None if it is there."""
    what, found_by = CAPABILITIES[capability]
    try:
        found_by(lambda service: _client(url, service))
    except (LackError, ClientError, BotoCoreError) as error:
        return f"no {what}: {_in_short(error)}"
    return None


def _table_streams(connect: Connect) -> None:
    """A table's change is in its stream, as a mapping would read it."""
    tables, streams, name = connect("dynamodb"), connect("dynamodbstreams"), f"probe-{uuid4()}"
    made = tables.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    try:
        tables.put_item(TableName=name, Item={"pk": {"S": "one"}})
        arn = made["TableDescription"].get("LatestStreamArn")
        if arn is None:
            raise LackError("a table with a stream is made without one")
        _until(lambda: _records(streams, arn), "a change of a table is not in its stream")
    finally:
        tables.delete_table(TableName=name)


def _records(streams: Any, arn: str) -> list[Any]:
    shards = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    starts = [
        streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
        for shard in shards
    ]
    return [
        record for start in starts for record in streams.get_records(ShardIterator=start["ShardIterator"])["Records"]
    ]


def _web_sockets(connect: Connect) -> None:
    gateway = connect("apigatewayv2")
    made = gateway.create_api(
        Name=f"probe-{uuid4()}", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
    )
    gateway.delete_api(ApiId=made["ApiId"])


def _notices(connect: Connect) -> None:
    """What is told on a bus of one's own is in the queue of a rule on it."""
    bus, queues, name = connect("events"), connect("sqs"), f"probe-{uuid4()}"
    queue = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus.create_event_bus(Name=name)
    bus.put_rule(Name=name, EventBusName=name, EventPattern=json.dumps({"source": ["probe"]}))
    bus.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "queue", "Arn": arn}])
    try:
        bus.put_events(Entries=[{"EventBusName": name, "Source": "probe", "DetailType": "probe", "Detail": "{}"}])
        _until(lambda: queues.receive_message(QueueUrl=queue).get("Messages"), "an event is not in its rule's queue")
    finally:
        bus.remove_targets(Rule=name, EventBusName=name, Ids=["queue"])
        bus.delete_rule(Name=name, EventBusName=name)
        bus.delete_event_bus(Name=name)
        queues.delete_queue(QueueUrl=queue)


def _authorizers(connect: Connect) -> None:
    """One that refuses everybody is asked, and heard."""
    gateway, functions, name = connect("apigateway"), connect("lambda"), f"probe-{uuid4()}"
    arn = functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role="arn:aws:iam::000000000000:role/probe",
        Code={"ZipFile": _zipped("def handler(event, context):\n    raise Exception('Unauthorized')\n")},
    )["FunctionArn"]
    api = gateway.create_rest_api(name=name)["id"]
    try:
        functions.get_waiter("function_active_v2").wait(FunctionName=name)
        status = _status_behind(gateway, api, arn)
        if status != 401:
            raise LackError(f"one that refuses everybody was not asked: HTTP {status}")
    finally:
        gateway.delete_rest_api(restApiId=api)
        functions.delete_function(FunctionName=name)


def _status_behind(gateway: Any, api: str, authorizer: str) -> int:
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{authorizer}/invocations"
    source = "method.request.header.x-api-key"
    made = gateway.create_authorizer(
        restApiId=api,
        name="probe",
        type="REQUEST",
        authorizerUri=uri,
        identitySource=source,
        authorizerResultTtlInSeconds=0,
    )
    (root,) = [found["id"] for found in gateway.get_resources(restApiId=api)["items"] if found["path"] == "/"]
    method = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="CUSTOM", authorizerId=made["id"])
    gateway.put_method_response(**method, statusCode="200")
    gateway.put_integration(**method, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    gateway.put_integration_response(**method, statusCode="200")
    gateway.create_deployment(restApiId=api, stageName="probe")
    url = f"{gateway.meta.endpoint_url}/_aws/execute-api/{api}/probe/"
    return send("GET", url, {"x-api-key": "any"}).status


def _zipped(code: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", code)
    return packed.getvalue()


CAPABILITIES: Mapping[str, tuple[str, Callable[[Connect], None]]] = {
    "table_streams": ("streams of tables, which wake rollup and all behind it", _table_streams),
    "web_sockets": ("WebSocket API, by which the console is told what is new", _web_sockets),
    "authorizers": ("authorizers before the REST API; the tests' own door asks the hub's", _authorizers),
    "notices": ("delivery from EventBridge to a queue", _notices),
}


def _until(found: Callable[[], Any], otherwise: str) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        if found():
            return
        time.sleep(0.5)
    raise LackError(otherwise)


def _client(url: str, service: str) -> Any:
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=ONCE,
    )


def _in_short(error: Exception) -> str:
    said = error.response["Error"].get("Message", "") if isinstance(error, ClientError) else str(error)
    return said.partition("\n")[0][:150]
