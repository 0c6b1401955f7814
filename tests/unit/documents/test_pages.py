"""Everything that can be sent, asked, measured or set has its place in the documents."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from infra.deployment import Deployment
from infra.documents.navigation import SECTIONS, navigation
from infra.documents.pages import pages
from infra.documents.parameters import undocumented
from infra.documents.runbooks import RUNBOOKS
from infra.layers import ROOT
from shared.measures.measure import MEASURES
from shared.measures.published import PUBLISHED, kind_of, published_text
from shared.measures.table import MEASURED

DOCS = ROOT / "docs"
EVENT = json.loads((DOCS / "schemas" / "event.schema.json").read_text())
OPENAPI = json.loads((DOCS / "openapi.json").read_text())
PAGES = pages()


def section(page: str, title: str) -> str:
    """From a heading to the next one."""
    return PAGES[page].partition(f"# {title}")[2].partition("\n#")[0]


def test_the_listing_of_measures_is_the_one_in_the_code() -> None:
    assert PUBLISHED.read_text() == published_text(), "run: python -m shared.measures.published"


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_has_its_line_and_some_event_that_yields_it(measure: str) -> None:
    (line,) = [line for line in PAGES["reference/measures.md"].splitlines() if line.startswith(f"| `{measure}` ")]

    assert MEASURES[measure].description in line
    assert line.split(" | ")[-1].strip(" |")


def test_every_kind_of_payload_is_told_by_the_name_it_is_sent_with() -> None:
    told = {
        f"{payload['properties']['payload_type']['enum'][0]}/{kind}"
        for name, payload in EVENT["$defs"].items()
        if name.endswith("Payload")
        for kind in payload["properties"]["data"].get("discriminator", {}).get("mapping", {})
    }

    assert {kind_of(leaf) for leaf in MEASURED} == {*told, "custom"}


@pytest.mark.parametrize("name", [*EVENT["$defs"], "The envelope"])
def test_every_field_of_an_event_has_its_line(name: str) -> None:
    described = EVENT if name == "The envelope" else EVENT["$defs"][name]
    text = section("reference/events.md", f"{name} {{ #")

    assert all(f"| `{field}` | " in text for field in described.get("properties", {}))
    assert all(f"`{value}`" in text for value in described.get("enum", ()))


@pytest.mark.parametrize("path", OPENAPI["paths"])
def test_every_route_has_its_heading_parameters_and_answers(path: str) -> None:
    for method, operation in OPENAPI["paths"][path].items():
        text = section("reference/api.md", f"{method.upper()} {path} {{ #")

        assert operation["summary"] in text
        assert all(f"| `{parameter['name']}` | " in text for parameter in operation.get("parameters", ()))
        assert all(f"| {status} | " in text for status in operation["responses"])


def test_every_schema_of_the_api_is_told_of() -> None:
    for name in OPENAPI["components"]["schemas"]:
        assert (
            f"# {name} {{ #{name.lower()} }}" in PAGES["reference/api.md"] + PAGES["reference/events.md"]
            or name == "Event"
        )


def test_every_parameter_of_a_deployment_has_its_line_and_a_text() -> None:
    lines = PAGES["reference/parameters.md"].splitlines()

    assert undocumented() == [], "say under the field what it means, as a string"
    assert all(any(line.startswith(f"| `{field.name}` | ") for line in lines) for field in fields(Deployment))


def test_every_runbook_is_listed_with_its_symptom() -> None:
    for page in RUNBOOKS.glob("*.md"):
        assert f"]({page.name}) | " in PAGES["runbooks/README.md"]
    assert "|  |" not in PAGES["runbooks/README.md"]


def test_every_page_stands_once_in_the_navigation() -> None:
    paths = {path.relative_to(DOCS).as_posix() for path in Path(DOCS).rglob("*.md")} | PAGES.keys()
    listed = [page for section in navigation(paths) for pages in section.values() for page in pages]

    assert sorted(listed) == sorted(paths)
    assert set(SECTIONS) >= {name for section in navigation(paths) for name in section}
