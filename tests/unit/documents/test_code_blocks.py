"""What the documents tell to type works, and is what the tests of clients run."""

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from functions.ingestion.inflation import inflate
from functions.ingestion.otlp.decoding import decode_traces
from functions.ingestion.request import Limits
from infra.cli import main as hub
from infra.deployment import OidcIssuer
from infra.layers import ROOT
from infra.stacks.api import MAX_BODY_BYTES, MAX_INFLATED_BYTES
from perf.benchmarks import otlp
from perf.cost.hubs import SENDERS
from tests.builders.stub_hub import stub_hub
from tests.clients.catalog import CLIENTS

DOCS = ROOT / "docs"
SEND = DOCS / "send"
PROGRAMS = ROOT / "tests" / "clients" / "programs"
PROGRAMS_OF = {
    "cloudevents": ("cloudevents_.py",),
    "opentelemetry-python": ("otel.py",),
    "opentelemetry-javascript": ("otel.mjs",),
    "openai-instrumentation": ("openai_v2.py",),
    "openlit": ("openlit_.py",),
    "openllmetry": ("traceloop_.py",),
    "openinference": ("openinference_.py",),
    "pydantic-ai": ("pydantic_ai_.py",),
    "vercel-ai-sdk": ("ai-sdk.mjs",),
    "litellm": ("litellm_otel.py", "litellm_logger.py"),
    "langfuse": ("langfuse_.py",),
}
NAMES: dict[str, Any] = {"OidcIssuer": OidcIssuer}
"""What a block may use without importing it."""
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
VARIABLE = re.compile(r"^(?:export )?([A-Z][A-Z_]+)=", re.MULTILINE)
COMMAND = re.compile(r"(?:infra\.cli|^hub|`hub) ((?:keys|redrive|replay|learn)[^`\n#|]*)", re.MULTILINE)


def blocks(page: Path, *languages: str) -> Iterator[str]:
    return (code for language, code in BLOCK.findall(page.read_text()) if language in languages)


PAGES = sorted(page for page in DOCS.rglob("*.md") if page.parent != SEND and any(blocks(page, "python")))


@pytest.mark.network
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_python_of_a_page_runs(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with stub_hub() as address:
        monkeypatch.setenv("HUB", address)
        monkeypatch.setenv("KEY", "llmah_of_a_test")

        for code in blocks(page, "python"):
            exec(compile(code, str(page), "exec"), dict(NAMES))  # noqa: S102 our own documents


@pytest.mark.parametrize("page", PROGRAMS_OF)
def test_settings_of_a_client_are_those_that_are_tested(page: str) -> None:
    tested = "\n".join((PROGRAMS / program).read_text() for program in PROGRAMS_OF[page])
    lines = [line for code in blocks(SEND / f"{page}.md", "python", "js") for line in code.splitlines() if line.strip()]

    assert [line for line in lines if line not in tested] == []


@pytest.mark.parametrize("page", PROGRAMS_OF)
def test_variables_of_a_client_are_those_that_are_tested(page: str) -> None:
    tested = (ROOT / "tests" / "clients" / "driving.py").read_text()
    told = {name for code in blocks(SEND / f"{page}.md", "sh") for name in VARIABLE.findall(code)}

    assert {name for name in told if f'"{name}"' not in tested} == set()


def test_a_batch_of_the_collector_is_as_large_as_the_costs_say_and_the_hub_takes_it_whole() -> None:
    (code,) = blocks(SEND / "opentelemetry-collector.md", "yaml")
    told = yaml.safe_load(code)
    size = told["processors"]["batch"]["send_batch_max_size"]
    body = gzip.compress(otlp.request(1, datetime.now(UTC), size).SerializeToString())

    taken = decode_traces(
        {"content-type": otlp.PROTOBUF},
        inflate(body, "gzip", Limits(MAX_BODY_BYTES, MAX_INFLATED_BYTES)),
        datetime.now(UTC),
    )

    assert size == SENDERS[-1].events_per_post
    assert (len(taken.events), taken.rejections) == (size, [])
    assert told["exporters"]["otlphttp"]["headers"].keys() == {"X-API-Key"}


def test_every_tested_client_has_its_page_and_the_list_leads_there() -> None:
    listed = (SEND / "README.md").read_text()
    with_page = {program for programs in PROGRAMS_OF.values() for program in programs}

    assert {client.program for client in CLIENTS} - with_page == {"cloudevents.mjs"}
    assert [page for page in PROGRAMS_OF if f"]({page}.md)" not in listed] == []


def test_targets_that_the_documents_name_exist() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for page in DOCS.rglob("*.md")
        for target in re.findall(r"(?:^|`)make ([a-z][a-z-]*)", page.read_text(), re.MULTILINE)
    }

    assert named - targets == set()


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.stem)
def test_commands_of_the_hub_that_a_page_names_can_be_typed(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMAND.findall(page.read_text()):
        group = command.split()[0]

        with pytest.raises(SystemExit) as ended:
            hub([group, "--help"])

        assert not ended.value.code
        known = _known(group, capsys)
        assert [option for option in re.findall(r"--[a-z-]+", command) if option not in known] == []


def _known(group: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The help of a group and of each of its commands."""
    told = capsys.readouterr().out
    for command in re.findall(r"^    (\w+)", told, re.MULTILINE):
        with pytest.raises(SystemExit):
            hub([group, command, "--help"])
    return told + capsys.readouterr().out
