"""What the local run takes for granted of MiniStack, launched the way the local run launches it."""

import base64
import io
import json
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from infra.local import emulator
from infra.local.home import PROJECT, Home
from infra.local.hub import send

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

ECHO = "def handler(event, context):\n    return {'statusCode': 200, 'body': __import__('json').dumps(event)}\n"
AUTHORIZER = """
def handler(event, context):
    key = event['headers'].get('authorization')
    if key not in ('one', 'two'):
        raise Exception('Unauthorized')
    allow = {'Action': 'execute-api:Invoke', 'Effect': 'Allow', 'Resource': '*'}
    return {'principalId': key, 'usageIdentifierKey': 'the-sha-256-hash-of-' + key, 'context': {'tenant': key},
            'policyDocument': {'Version': '2012-10-17', 'Statement': [allow]}}
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = Home(tmp_path_factory.mktemp("hub"), PROJECT / ".local" / "emulator")
    yield emulator.start(home).url
    emulator.stop(home)


def client(service: str, url: str) -> Any:
    make: Any = boto3.client
    return make(
        service, endpoint_url=url, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test"
    )


def function(url: str, name: str, code: str) -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", code)
    made = client("lambda", url).create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role="arn:aws:iam::000000000000:role/any",
        Code={"ZipFile": packed.getvalue()},
        Timeout=10,
    )
    return str(made["FunctionArn"])


def rest_api(url: str, authorizer: str, backend: str) -> tuple[str, str]:
    """A REST API of one POST method at its root, as the hub's: its id and the address to call."""
    gateway = client("apigateway", url)
    api = gateway.create_rest_api(name="api", apiKeySource="AUTHORIZER", binaryMediaTypes=["*/*"])["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    invocation = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{}/invocations"
    guard = gateway.create_authorizer(
        restApiId=api,
        name="access",
        type="REQUEST",
        authorizerUri=invocation.format(authorizer),
        identitySource="method.request.header.authorization",
    )["id"]
    method = {"restApiId": api, "resourceId": root, "httpMethod": "POST"}
    gateway.put_method(**method, authorizationType="CUSTOM", authorizerId=guard, apiKeyRequired=True)
    gateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=invocation.format(backend))
    gateway.create_deployment(restApiId=api, stageName="v")
    return api, f"{url}/_aws/execute-api/{api}/v/"


def usage_plan(url: str, api: str, name: str, *, burst: int) -> None:
    gateway = client("apigateway", url)
    plan = gateway.create_usage_plan(
        name=name, throttle={"rateLimit": 0.01, "burstLimit": burst}, apiStages=[{"apiId": api, "stage": "v"}]
    )["id"]
    key = gateway.create_api_key(name=name, value=f"the-sha-256-hash-of-{name}", enabled=True)["id"]
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")


def post(address: str, key: str, body: bytes = b"{}") -> tuple[int, dict[str, Any]]:
    headers = {"authorization": key, "content-type": "application/json", "content-encoding": "gzip"}
    answer = send("POST", address, headers, body)
    return answer.status, answer.json()


@pytest.fixture(scope="module")
def address(url: str) -> str:
    api, address = rest_api(url, function(url, "authorizer", AUTHORIZER), function(url, "echo", ECHO))
    usage_plan(url, api, "one", burst=2)
    usage_plan(url, api, "two", burst=10)
    return address


def test_the_authorizer_names_the_key_that_the_usage_plan_throttles(address: str) -> None:
    of_one = [post(address, "one")[0] for _ in range(4)]
    of_two = [post(address, "two")[0] for _ in range(4)]

    assert of_one == [200, 200, 429, 429]
    assert of_two == [200, 200, 200, 200]


def test_an_authorizer_that_raises_unauthorized_makes_a_401(address: str) -> None:
    status, _ = post(address, "three")

    assert status == 401


def test_the_backend_gets_the_bytes_that_were_sent_and_the_authorizers_context(address: str) -> None:
    _, event = post(address, "two", b"\x1f\x8b\x00\xff")

    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\x1f\x8b\x00\xff"
    assert event["requestContext"]["authorizer"] == {"tenant": "two", "principalId": "two"}


COUNTS_CALLS = """
calls = []
def handler(event, context):
    calls.append(event)
    raise ValueError(f'call {len(calls)}')
"""


def test_a_function_that_raises_stays_warm_and_tells_what_it_raised(url: str) -> None:
    name = function(url, "counts-calls", COUNTS_CALLS)

    answers = [client("lambda", url).invoke(FunctionName=name, Payload=b"{}") for _ in range(2)]

    assert [answer["FunctionError"] for answer in answers] == ["Unhandled", "Unhandled"]
    assert [json.loads(answer["Payload"].read())["errorMessage"] for answer in answers] == ["call 1", "call 2"]


def test_an_explicit_hash_key_decides_the_shard_and_order_holds_within_it(url: str) -> None:
    kinesis = client("kinesis", url)
    kinesis.create_stream(StreamName="routed", ShardCount=2)
    low, high = "0", str(2**128 - 1)

    kinesis.put_records(
        StreamName="routed",
        Records=[
            {"Data": str(number).encode(), "PartitionKey": "same", "ExplicitHashKey": high if number % 2 else low}
            for number in range(20)
        ],
    )

    assert shard_contents(kinesis, "routed") == [[*range(0, 20, 2)], [*range(1, 20, 2)]]


def shard_contents(kinesis: Any, stream: str) -> list[list[int]]:
    contents = []
    for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
        iterator = kinesis.get_shard_iterator(
            StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        contents.append([int(record["Data"]) for record in kinesis.get_records(ShardIterator=iterator)["Records"]])
    return contents


def test_a_batch_comes_again_when_the_function_raises(url: str) -> None:
    kinesis = client("kinesis", url)
    kinesis.create_stream(StreamName="retried", ShardCount=1)
    table(url, "attempts")
    mapping(url, function(url, "raises-once", RAISES_ONCE), client("kinesis", url), "retried")

    kinesis.put_record(StreamName="retried", Data=b"x", PartitionKey="p")

    assert eventually(lambda: attempts(url) == 2)


RAISES_ONCE = """
import boto3
def handler(event, context):
    dynamodb = boto3.client('dynamodb')
    new = dynamodb.update_item(TableName='attempts', Key={'pk': {'S': 'a'}, 'sk': {'S': 'a'}}, ReturnValues='ALL_NEW',
                               UpdateExpression='ADD n :one', ExpressionAttributeValues={':one': {'N': '1'}})
    if new['Attributes']['n']['N'] == '1':
        raise RuntimeError('the first time')
"""


def mapping(url: str, function_arn: str, kinesis: Any, stream: str) -> None:
    source = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    client("lambda", url).create_event_source_mapping(
        EventSourceArn=source, FunctionName=function_arn, StartingPosition="TRIM_HORIZON", BatchSize=10
    )


def attempts(url: str) -> int:
    key = {"pk": {"S": "a"}, "sk": {"S": "a"}}
    item = client("dynamodb", url).get_item(TableName="attempts", Key=key).get("Item")
    return int(item["n"]["N"]) if item else 0


def eventually(holds: Any, seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.2)
    return False


def table(url: str, name: str) -> None:
    client("dynamodb", url).create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
    )


def test_one_of_many_writers_wins_a_condition(url: str) -> None:
    table(url, "contended")
    outcomes: Counter[str] = Counter()

    def write() -> None:
        dynamodb = client("dynamodb", url)
        for version in range(20):
            item = {"pk": {"S": "w"}, "sk": {"S": str(version)}, "data": {"B": b"\0" * 300_000}}
            try:
                dynamodb.put_item(TableName="contended", Item=item, ConditionExpression="attribute_not_exists(pk)")
                outcomes["won"] += 1
            except dynamodb.exceptions.ConditionalCheckFailedException:
                outcomes["lost"] += 1

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert outcomes == {"won": 20, "lost": 60}
