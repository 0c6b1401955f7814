"""What people are told is what the published schema says."""

import json

import pytest
from jsonschema import Draft202012Validator

from shared.anomalies.anomaly import Anomaly
from shared.anomalies.notices import detail
from shared.anomalies.schema import PUBLISHED, published_text
from shared.anomalies.stores import Notice
from tests.builders.anomalies import NOON, anomaly

GROUPED = anomaly(observed=None, common={"team": None}, members=2, group="another", note="a note")


def test_the_published_schema_is_the_one_in_the_code() -> None:
    assert PUBLISHED.read_text() == published_text()


@pytest.mark.parametrize("told", [anomaly(), GROUPED, anomaly().resolved(NOON, "quiet")])
def test_every_anomaly_is_told_as_the_schema_says(told: Anomaly) -> None:
    said = json.loads(json.dumps(detail(told, Notice.RESOLVED, "https://hub/")))

    assert not list(Draft202012Validator(json.loads(PUBLISHED.read_text())).iter_errors(said))
    assert said["notice_id"] == f"{told.id}/resolved"
    assert said["console_url"] == f"https://hub/#/anomalies/{told.id}"
