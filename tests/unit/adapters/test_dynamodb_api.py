"""Calls of DynamoDB: what is tried again, what is told at once, and that each thread has its own connection."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError

from shared.adapters.dynamodb import failures_are_transient, put_on_condition
from shared.adapters.dynamodb_api import TRIES, DynamoApi
from shared.errors import TransientError

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
ITEM: dict[str, Any] = {**KEY, "ids": {"B": b"\x00\xff"}}


class Scripted:
    """Answers in turn; None is a connection that breaks."""

    def __init__(self, *answers: tuple[int, bytes] | None) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, Any]] = []

    def post(self, operation: str, body: bytes) -> tuple[int, bytes]:
        self.requests.append((operation, msgspec.json.decode(body)))
        answer = self.answers.pop(0)
        if answer is None:
            raise TransientError("timed out")
        return answer


def refusal(code: str, status: int = 400) -> tuple[int, bytes]:
    return status, b'{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"why"}' % code.encode()


def calling(api: Scripted, pauses: list[float] | None = None) -> Any:
    kept = pauses if pauses is not None else []
    client = boto3.client("dynamodb", "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    return DynamoApi(client, lambda: api, sleep=kept.append, uniform=lambda _, most: most)


def test_bytes_are_bytes_on_both_ways() -> None:
    stored = msgspec.json.encode({"Responses": {"t": [ITEM]}, "UnprocessedKeys": {}})
    api = Scripted((200, b"{}"), (200, stored))

    calling(api).put_item(TableName="t", Item=ITEM)
    answer = calling(api).batch_get_item(RequestItems={"t": {"Keys": [KEY]}})

    assert api.requests[0] == ("DynamoDB_20120810.PutItem", {"TableName": "t", "Item": {**KEY, "ids": {"B": "AP8="}}})
    assert answer["Responses"]["t"] == [ITEM]


@pytest.mark.parametrize(
    "value",
    [
        {"S": "AP8="},
        {"N": "1"},
        {"B": b""},
        {"BOOL": False},
        {"NULL": True},
        {"SS": ["a"]},
        {"NS": ["1"]},
        {"BS": [b"\xff"]},
        {"L": [{"S": "a"}]},
        {"M": {"a": {"N": "1"}}},
    ],
)
def test_an_item_of_a_query_is_what_was_stored(value: dict[str, Any]) -> None:
    page = {"Items": [{**ITEM, "value": value}], "Count": 1, "ScannedCount": 1, "LastEvaluatedKey": KEY}

    answer = calling(Scripted((200, msgspec.json.encode(page)))).query(TableName="t")

    assert answer == {"Items": page["Items"], "LastEvaluatedKey": KEY}


def test_a_condition_that_does_not_hold_is_told_at_once() -> None:
    api = Scripted(refusal("ConditionalCheckFailedException"))

    assert not put_on_condition(calling(api), TableName="t", Item=ITEM, ConditionExpression="attribute_not_exists(pk)")
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        None,
        (500, b""),
        (200, b"<html>"),
        refusal("InternalServerError", 500),
        refusal("ThrottlingException"),
        refusal("ProvisionedThroughputExceededException"),
    ],
)
def test_passing_trouble_is_tried_again(trouble: tuple[int, bytes] | None) -> None:
    api = Scripted(trouble, (200, b"{}"))

    assert calling(api).update_item(TableName="t", Key=KEY) == {}

    assert api.requests[0] == api.requests[1]


def test_pauses_double_and_end() -> None:
    api = Scripted(*[refusal("ThrottlingException")] * TRIES)
    pauses: list[float] = []

    with pytest.raises(TransientError, match="PutItem: ThrottlingException"):
        calling(api, pauses).put_item(TableName="t", Item=ITEM)

    assert len(api.requests) == TRIES
    assert pauses == [0.1, 0.2, 0.4, 0.8]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException", "ResourceNotFoundException"])
def test_what_no_second_try_mends_is_told_at_once_as_the_sdk_tells_it(code: str) -> None:
    api = Scripted(refusal(code), refusal(code))

    with pytest.raises(ClientError, match="why"):
        calling(api).put_item(TableName="t", Item=ITEM)
    with pytest.raises(TransientError, match=f"put: {code}"), failures_are_transient("put"):
        calling(api).put_item(TableName="t", Item=ITEM)

    assert len(api.requests) == 2


def test_each_thread_has_a_connection_of_its_own_and_keeps_it() -> None:
    made: list[Scripted] = []
    together = Barrier(2)

    def connect() -> Scripted:
        made.append(Scripted((200, b"{}"), (200, b"{}")))
        return made[-1]

    api: Any = DynamoApi(None, connect)

    def call_twice(_: int) -> None:
        api.put_item(TableName="t", Item=ITEM)
        together.wait(timeout=5)
        api.put_item(TableName="t", Item=ITEM)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(call_twice, range(2)))

    assert [len(one.requests) for one in made] == [2, 2]


def test_other_calls_are_the_clients() -> None:
    assert calling(Scripted()).can_paginate("query")
