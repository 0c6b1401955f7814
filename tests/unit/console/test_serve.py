import gzip
import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools import Logger, Metrics

from functions.console.serve import Console
from functions.console.site import Site
from shared.observability.origins import Origins
from tests.builders.console import PAGE, PART, asked, built


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(
        site=Site(built(tmp_path)),
        facts={"deployment": "dev"},
        elsewhere=("https://id.example.com",),
        origins=Origins.of("https://app.example.com"),
        logger=Logger(service="console"),
        meter=Metrics(service="console", namespace="test"),
    )


def content(answered: dict[str, Any]) -> bytes:
    return b64decode(answered["body"])


def test_the_page_is_never_kept_and_runs_no_script_but_its_own(console: Console) -> None:
    answered = console.serve(asked())

    assert (answered["statusCode"], content(answered)) == (200, PAGE)
    assert answered["headers"]["Cache-Control"] == "no-store"
    policy = dict(part.partition(" ")[::2] for part in answered["headers"]["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == "'self'"
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == "'self' https://id.example.com"


def test_browsers_may_ask_at_any_path_what_a_page_may_send(console: Console) -> None:
    of_ours = {**asked("v1/events"), "httpMethod": "OPTIONS", "headers": {"Origin": "https://app.example.com"}}
    of_others = {**of_ours, "headers": {"Origin": "https://app.example.com.evil.net"}}

    ours, theirs = console.serve(of_ours), console.serve(of_others)

    assert ours["statusCode"] == theirs["statusCode"] == 204
    assert ours["headers"]["Access-Control-Allow-Origin"] == "https://app.example.com"
    assert not [name for name in theirs["headers"] if name.startswith("Access-Control-")]


def test_a_part_is_kept_for_ever_and_sent_as_small_as_the_browser_reads(console: Console) -> None:
    plain = console.serve(asked("assets/index-abc.js"))
    small = console.serve(asked("assets/index-abc.js", accept_encoding="gzip, br"))

    assert content(plain) == gzip.decompress(content(small)) == PART
    assert "Content-Encoding" not in plain["headers"]
    assert small["headers"]["Content-Encoding"] == "gzip"
    for answered in (plain, small):
        assert answered["headers"]["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answered["headers"]["Content-Type"] == "text/javascript; charset=utf-8"
        assert answered["headers"]["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["assets/gone-abc.js", "assets/..", "assets/index-abc.js.gz", "assets/..%2Fsecret.js", "v1/nothing", "api/v9"],
)
def test_what_is_no_part_and_no_route_of_the_api_is_not_found(console: Console, path: str) -> None:
    answered = console.serve(asked(path))

    assert answered["statusCode"] == 404
    assert json.loads(answered["body"])["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("anomalies", "./?arrived#/anomalies"),
        ("incidents/2026", "../?arrived#/incidents/2026"),
        ("a/b/c", "../../?arrived#/a/b/c"),
    ],
)
def test_an_unknown_path_leads_to_the_page_that_shows_it(console: Console, path: str, there: str) -> None:
    answered = console.serve(asked(path))

    assert (answered["statusCode"], answered["headers"]["Location"]) == (302, there)


def test_a_stage_without_its_slash_is_led_to_it_once(console: Console) -> None:
    without = asked(context_path="/hub")

    first = console.serve(without)
    again = console.serve({**without, "queryStringParameters": {"arrived": ""}})

    assert (first["statusCode"], first["headers"]["Location"]) == (302, "./hub/?arrived")
    assert again["statusCode"] == 200


def test_the_facts_of_the_deployment_are_told_to_anyone_and_not_kept(console: Console) -> None:
    answered = console.serve(asked("config.json"))

    assert json.loads(answered["body"]) == {"deployment": "dev"}
    assert answered["headers"]["Cache-Control"] == "no-store"
