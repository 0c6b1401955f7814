"""What is left of a template for an endpoint that lacks something."""

from typing import Any

import pytest

from tests.e2e.fitting import fitted

TABLE_STREAM = {"Fn::ImportValue": "Storage:ExportsOutputFnGetAttWindowStateStreamArnABC"}
EVENTS = {"Fn::ImportValue": "Storage:ExportsOutputFnGetAttEventsArnABC"}
TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Authorizer": {"Type": "AWS::ApiGateway::Authorizer", "Properties": {}},
        "Method": {
            "Type": "AWS::ApiGateway::Method",
            "DependsOn": ["Authorizer", "Events"],
            "Properties": {
                "AuthorizationType": "CUSTOM",
                "AuthorizerId": {"Ref": "Authorizer"},
                "ApiKeyRequired": True,
            },
        },
        "Permission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {"SourceArn": {"Fn::Join": ["", ["arn/", {"Ref": "Authorizer"}]]}},
        },
        "State": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"EventSourceArn": TABLE_STREAM}},
        "Events": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"EventSourceArn": EVENTS}},
    },
    "Outputs": {"Url": {"Value": "there"}},
}


def test_what_lacks_nothing_gets_all() -> None:
    assert fitted(TEMPLATE, set()) == TEMPLATE


def test_without_authorizers_a_method_is_open_and_nobody_names_one() -> None:
    found = fitted(TEMPLATE, {"authorizers"})

    assert found["Resources"]["Method"]["Properties"] == {"AuthorizationType": "NONE", "ApiKeyRequired": True}
    assert found["Resources"]["Method"]["DependsOn"] == ["Events"]
    assert "{'Ref': 'Authorizer'}" not in str(found)


@pytest.mark.parametrize(("lacks", "kept"), [(set(), {"State", "Events"}), ({"table_streams"}, {"Events"})])
def test_without_streams_of_tables_nothing_is_mapped_to_them(lacks: set[str], kept: set[str]) -> None:
    resources = fitted(TEMPLATE, lacks)["Resources"]

    mapped = {name for name, made in resources.items() if made["Type"] == "AWS::Lambda::EventSourceMapping"}
    assert mapped == kept
