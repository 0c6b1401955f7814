import doctest
import json
from types import ModuleType

import pytest
from openapi_spec_validator import validate

from functions.query import openapi, pages, reading, times, whole
from shared.access.routes import NEEDED, PUBLIC


def test_the_published_description_is_current() -> None:
    assert openapi.PUBLISHED.read_text() == openapi.published_text(), "run: python -m functions.query.openapi"


def test_the_description_is_valid_openapi() -> None:
    validate(json.loads(openapi.published_text()))


def test_every_route_is_described() -> None:
    routes = {(method.upper(), path) for path, item in openapi.document()["paths"].items() for method in item}

    assert routes == {*NEEDED, *PUBLIC}


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
