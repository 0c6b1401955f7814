import doctest
import json
from types import ModuleType

import pytest
from openapi_spec_validator import validate

from functions.query import openapi, pages, reading, times, whole
from functions.query.incident_openapi import DESCRIBED


def test_the_published_description_is_current() -> None:
    assert openapi.PUBLISHED.read_text() == openapi.published_text(), "run: python -m functions.query.openapi"


def test_the_description_is_valid_openapi() -> None:
    validate(json.loads(openapi.published_text()))


def test_every_route_is_described() -> None:
    routes = {(path, method) for path, item in openapi.document()["paths"].items() for method in item}

    assert routes == {
        ("/v1/events", "post"),
        ("/v1/events/batch", "post"),
        ("/v1/metrics", "get"),
        ("/v1/series", "get"),
        ("/v1/summary", "get"),
        ("/v1/anomalies", "get"),
        ("/v1/anomalies/{id}", "get"),
        ("/v1/anomalies/{id}", "patch"),
        ("/v1/rules", "get"),
        ("/v1/rules", "post"),
        ("/v1/rules/{id}", "get"),
        ("/v1/rules/{id}", "put"),
        ("/v1/rules/{id}", "delete"),
        ("/v1/maintenance", "get"),
        ("/v1/maintenance", "post"),
        ("/v1/maintenance/{id}", "delete"),
        *((path, "get") for path in DESCRIBED),
        ("/v1/health", "get"),
        ("/openapi.json", "get"),
    }


def test_health_and_the_description_need_no_key() -> None:
    paths = openapi.document()["paths"]

    assert {path for path, item in paths.items() if item.get("get", {}).get("security") == []} == {
        "/v1/health",
        "/openapi.json",
    }


@pytest.mark.parametrize("module", [pages, reading, times, whole])
def test_the_examples_are_true(module: ModuleType) -> None:
    tested = doctest.testmod(module)

    assert tested.attempted
    assert not tested.failed
