"""The console in a browser, on the hub that the emulator runs: what people do with it, and what it costs them."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import uuid4

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from infra.deployment import deployment_named
from infra.local.clock import client, function_of
from infra.local.endpoint import Endpoint, given_endpoint
from infra.local.hub import Hub
from infra.web import SOURCES, built_site
from perf.workloads.traffic import generate
from tests.e2e.browser import browser
from tests.e2e.conftest import LocalHub
from tests.e2e.early import Early
from tests.e2e.issuer import AUDIENCE, CLIENT, Issuer, issuer_of

pytestmark = [pytest.mark.network, pytest.mark.timeout(300), pytest.mark.needs("table_streams", "notices")]

PATIENCE = 90_000
"""Milliseconds: everything else of the suite is going on beside these tests."""
INITIAL_KILOBYTES = 350
FIRST_PAINT_SECONDS = 1.5
AXE = SOURCES / "node_modules" / "axe-core" / "axe.min.js"
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint').map((paint) => paint.startTime / 1000)[0] ?? null"

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def hub(local_hub: LocalHub) -> Hub:
    """A tenant with half an hour of traffic, whose windows need not be waited for, and a critical threat that was told."""
    client, _ = local_hub.client_of(f"console-{uuid4()}")
    now = datetime.now(UTC)
    calls = [*generate(7, now - timedelta(minutes=30), now - timedelta(minutes=6), 400)]
    danger = threat(calls[-1]) | {"timestamp": (now - timedelta(minutes=1)).isoformat()}
    told = client.post("/v1/events", json.dumps([*calls, danger]).encode(), {"content-type": "application/json"})
    assert told.json()["accepted"] == len(calls) + 1
    _eventually(lambda: client.get("/v1/anomalies", status="open")["anomalies"])
    _eventually(lambda: client.get("/v1/summary", start="now-1h")["totals"]["events"] == len(calls) + 1)
    return client


def threat(like: dict[str, Any]) -> dict[str, Any]:
    data = {
        "security_type": "threat",
        "threat_id": "threat-1",
        "threat_type": "prompt_injection",
        "threat_level": "critical",
        "target_resource": "support-api",
        "attack_vector": "a message that asks for the system prompt",
        "mitigation_status": "detected",
        "indicators_of_compromise": [],
    }
    own = {"event_id": "0c0ffee0-0000-4000-8000-000000000001", "event_type": "security", "severity": "critical"}
    return like | own | {"source_module": "llm-sentinel", "payload": {"payload_type": "security", "data": data}}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, hub: Hub) -> Iterator[BrowserContext]:
    """One for all tests whose subject is not the sign-in: what a page has fetched, the next one has too."""
    context = chromium.new_context(viewport={"width": 1366, "height": 850}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.add_init_script(f"sessionStorage.setItem('hub.session', JSON.stringify({json.dumps(session(hub))}))")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(signed_in: BrowserContext) -> Iterator[Page]:
    """Not anywhere yet; whatever a script throws fails the test."""
    with opened(signed_in) as page:
        yield page


@contextmanager
def opened(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    yield page
    page.close()
    assert thrown == []


def session(hub: Hub) -> dict[str, str]:
    return {"kind": "key", "key": hub.api_key}


def tile(page: Page, title: str) -> Any:
    return page.locator(".value").filter(has_text=title).first


def test_a_key_signs_in_and_a_wrong_one_is_told_so(chromium: Browser, hub: Hub) -> None:
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{hub.url}/")

    page.get_by_label("API key").fill("llmah_" + "x" * 43)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("does not know this key", timeout=PATIENCE)
    page.get_by_label("API key").fill(hub.api_key)
    page.get_by_role("button", name="Sign in").click()

    expect(tile(page, "Requests").locator(".number").first).to_have_text("400", timeout=PATIENCE)
    page.close()


def test_a_filter_stands_in_the_address_and_a_chart_leads_to_its_events(page: Page, hub: Hub) -> None:
    page.goto(f"{hub.url}/")
    expect(tile(page, "Requests").locator(".number").first).to_have_text("400", timeout=PATIENCE)

    page.get_by_role("combobox", name="Model").or_(page.get_by_label("Model", exact=True)).first.click()
    page.get_by_role("option", name="gpt-5-mini").click()
    expect(page).to_have_url(re.compile("model=gpt-5-mini"))
    expect(tile(page, "Requests").locator(".number").first).not_to_have_text(re.compile("400|…"), timeout=PATIENCE)
    page.get_by_role("button", name="Take all filters away").click()
    expect(page).not_to_have_url(re.compile("model="))
    expect(tile(page, "Requests").locator(".number").first).to_have_text("400")
    tile(page, "Threats").get_by_role("button").click()

    expect(page).to_have_url(re.compile(r"#/events\?.*leaf=threat"))
    expect(page.get_by_role("cell", name="Threat", exact=True).first).to_be_visible(timeout=PATIENCE)
    page.get_by_role("row").filter(has_text="Threat").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("a message that asks for the system prompt", timeout=PATIENCE)


def test_what_is_drawn_a_cell_and_a_chart_of_all_modules_lead_to_their_events(page: Page, hub: Hub) -> None:
    page.set_viewport_size({"width": 1366, "height": 4000})
    page.goto(f"{hub.url}/#/cost")
    drawn = page.get_by_role("region", name="Cost by team and model").locator("canvas").first
    place = drawn.bounding_box() or pytest.fail("nothing is drawn")
    drawn.click(position={"x": place["width"] * 0.2, "y": place["height"] * 0.5})
    expect(page).to_have_url(re.compile(r"#/events\?model=.+&team=.+&type=telemetry&leaf=inference"))
    page.go_back()

    cell = page.get_by_role("region", name="Team against model").get_by_role("button", name=re.compile(r" · .*: \$"))
    team, model = (cell.first.get_attribute("aria-label") or "").split(":")[0].split(" · ")
    cell.first.click()
    expect(page).to_have_url(re.compile(rf"#/events\?model={re.escape(model)}&team={re.escape(team)}&"))

    page.goto(f"{hub.url}/#/quality")
    page.get_by_role("button", name="Events behind Events counted").click()
    expect(page).to_have_url(re.compile("#/events"))
    expect(page.get_by_role("cell", name="Threat", exact=True).first).to_be_visible()


COLOURED = """canvas => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  for (let at = 0; at < data.length; at += 4) {
    const rgb = data.slice(at, at + 3)
    if (data[at + 3] > 150 && Math.max(...rgb) - Math.min(...rgb) > 90) {
      const scale = canvas.clientWidth / canvas.width, place = at / 4 + 2 * canvas.width
      return { x: (place % canvas.width) * scale, y: Math.floor(place / canvas.width) * scale }
    }
  }
}"""
"""Two pixels into what is drawn highest on a canvas in a colour."""
TO_BE_DRAWN = 1_000
"""Milliseconds, whatever moves until then."""


def test_a_dot_leads_to_its_anomaly_and_a_node_to_its_calls(page: Page, hub: Hub) -> None:
    page.set_viewport_size({"width": 1366, "height": 3000})
    for view, title, there in (
        ("anomalies", "How unusual", "#/anomalies/.+"),
        ("incidents", "Who calls whom", r"#/events\?(model|provider|team)=.+&type=telemetry&leaf=inference"),
    ):
        page.goto(f"{hub.url}/#/{view}")
        drawn = page.get_by_role("region", name=title).locator("canvas").first
        _eventually(lambda canvas=drawn: canvas.evaluate(COLOURED))
        page.wait_for_timeout(TO_BE_DRAWN)
        drawn.click(position=drawn.evaluate(COLOURED))

        expect(page).to_have_url(re.compile(there))


def test_records_in_quarantine_are_told_to_the_tenant_whose_they_are(
    chromium: Browser, page: Page, hub: Hub, early: Early
) -> None:
    page.goto(f"{hub.url}/#/quality")
    expect(tile(page, "Quarantined records").locator(".number").first).to_have_text("0")
    context = chromium.new_context()
    context.add_init_script(
        f"sessionStorage.setItem('hub.session', JSON.stringify({json.dumps(session(early.counted.hub))}))"
    )

    with opened(context) as other:
        other.goto(f"{hub.url}/#/quality")
        expect(tile(other, "Quarantined records").locator(".number").first).to_have_text("1")

    context.close()


def test_older_events_are_read_on_and_what_was_read_stays_when_that_fails(page: Page, hub: Hub) -> None:
    """Two a page, and every page asked for as if a minute had passed since the one before."""
    older = iter(range(1, 100))

    def later(route: Route) -> None:
        url = urlsplit(route.request.url)
        asked = dict(parse_qsl(url.query)) | {"limit": "2"}
        if "next" in asked:
            moved = timedelta(minutes=next(older))
            asked |= {each: (datetime.fromisoformat(asked[each]) + moved).isoformat() for each in ("start", "end")}
        route.continue_(url=urlunsplit(url._replace(query=urlencode(asked))))

    def refused(route: Route) -> None:
        route.fulfill(status=400, json={"error": {"code": "invalid", "message": "no more today"}})

    page.route(re.compile(r"/v1/events\?"), later)
    page.goto(f"{hub.url}/#/events")
    expect(page.get_by_text("2 shown of 2 read so far")).to_be_visible()
    page.route(re.compile(r"/v1/events\?.*next="), refused)
    page.get_by_role("button", name="Read older ones").click()
    expect(page.get_by_role("alert")).to_contain_text("no more today")
    expect(page.get_by_role("row")).to_have_count(3)
    page.unroute(re.compile(r"/v1/events\?.*next="), refused)

    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_text(re.compile(r"(\d\d) shown of \1 read|([6-9]) shown of \2 read"))).to_be_visible()


def test_an_anomaly_is_acknowledged(page: Page, hub: Hub) -> None:
    page.goto(f"{hub.url}/#/anomalies")

    page.get_by_role("button", name="Acknowledge").first.click()

    expect(page.get_by_text("The anomaly is acknowledged.")).to_be_visible(timeout=PATIENCE)
    assert hub.get("/v1/anomalies", status="acknowledged")["anomalies"]


def test_the_open_minute_arrives_without_asking_and_says_that_it_is_provisional(page: Page, hub: Hub) -> None:
    heard: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    page.goto(f"{hub.url}/#/?live=1")
    live = page.get_by_role("status", name="Live")
    expect(live.get_by_text("live", exact=True)).to_be_visible()
    page.evaluate("window.hasNotBeenLoadedAnew = true")

    def is_told() -> bool:
        """The minute may end before anything is told of it: then the next is taken."""
        post_now(hub)
        page.wait_for_timeout(3_000)
        return bool(re.search(r"[1-9]\d* requests", live.inner_text()))

    _eventually(is_told, 90)

    expect(live).to_contain_text("provisional")
    assert any('"provisional"' in frame for frame in heard)
    assert page.evaluate("window.hasNotBeenLoadedAnew")


def post_now(hub: Hub) -> None:
    now = datetime.now(UTC)
    calls = [*generate(now.microsecond, now - timedelta(seconds=1), now, 5)]
    hub.post("/v1/events", json.dumps(calls).encode(), {"content-type": "application/json"})


def test_a_page_without_a_socket_says_that_it_polls_and_does(page: Page, hub: Hub) -> None:
    page.route("**/v1/live", lambda route: route.fulfill(json={"url": None, "ticket": None, "expires_at": None}))
    page.goto(f"{hub.url}/#/?live=1")

    expect(page.get_by_text("has no WebSocket API: the page asks for news every 5 seconds")).to_be_visible()
    page.wait_for_load_state("networkidle")

    with page.expect_request(lambda request: "/v1/query" in request.url):
        pass


def test_somebody_signs_in_with_an_issuer_and_proof_of_the_code(
    chromium: Browser, hub: Hub, local_hub: LocalHub
) -> None:
    if given_endpoint():
        pytest.skip("functions elsewhere do not reach an issuer on this machine's loopback")
    tenant = hub.get("/v1/me")["tenant"]
    with issuer_of(tenant) as issuer, trusted(local_hub.emulator, issuer):
        page = chromium.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{hub.url}/")
        page.get_by_role("button", name=f"Sign in with {urlsplit(issuer.url).netloc}").click()
        page.get_by_role("link", name="Sign in as Ada").click()

        expect(tile(page, "Requests").locator(".number").first).not_to_have_text("…")
        page.get_by_role("button", name="Account").click()
        expect(page.get_by_text(f"{tenant} · analyst")).to_be_visible()
        assert "code=" not in page.url
        assert issuer.granted == 1
        page.close()


@contextmanager
def trusted(emulator: Endpoint, issuer: Issuer) -> Iterator[None]:
    """The hub as one whose deployment names this issuer."""
    named = {"issuer": issuer.url, "audience": AUDIENCE}
    with (
        key_of_users(emulator),
        environment(emulator, "access", OIDC_ISSUERS=json.dumps([named])),
        environment(emulator, "console", SIGN_IN=json.dumps([named | {"client_id": CLIENT}])),
    ):
        yield


@contextmanager
def key_of_users(emulator: Endpoint) -> Iterator[None]:
    """What counts the requests of those with tokens; a deployment without issuers has none."""
    gateway, prefix = client("apigateway", emulator), deployment_named("local").prefix
    name = f"{prefix}-users-standard"
    key = gateway.create_api_key(name=name, value=name, enabled=True)["id"]
    plans = gateway.get_usage_plans(limit=100)["items"]
    plan = next(plan["id"] for plan in plans if plan["name"] == f"{prefix}-standard")
    gateway.create_usage_plan_key(usagePlanId=plan, keyId=key, keyType="API_KEY")
    try:
        yield
    finally:
        gateway.delete_api_key(apiKey=key)


@contextmanager
def environment(emulator: Endpoint, stage: str, **changes: str) -> Iterator[None]:
    functions, name = client("lambda", emulator), function_of(emulator, stage)
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": before | changes})
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": before})


def test_a_dashboard_is_built_shared_and_exported(page: Page, hub: Hub) -> None:
    page.goto(f"{hub.url}/#/dashboards/new?template=cost")
    page.get_by_role("button", name="Add a chart").click()
    page.get_by_label("Look for a chart").fill("who uses which")
    page.get_by_role("button", name="Who uses which model").click()
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_label("Name").fill("What we spend")
    page.get_by_role("dialog").get_by_role("button", name="Keep", exact=True).click()
    expect(page).to_have_url(re.compile(r"#/dashboards/(?!new)[\w-]+"), timeout=PATIENCE)

    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text("The link is copied.")).to_be_visible(timeout=PATIENCE)
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto(link)
    expect(page.get_by_text("shared with you")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("img", name=re.compile("^Who uses which model"))).to_be_visible(timeout=PATIENCE)

    pictures, tables, columns = (exported(page, kind) for kind in ("As PNG", "As CSV", "As Parquet"))
    assert pictures.read_bytes().startswith(b"\x89PNG")
    assert tables.read_text().startswith("chart,formula,series,start,value")
    assert "Who uses which model,sum(requests)" in tables.read_text()
    kept = pq.read_table(columns)
    assert {"query", "team", "model", "start", "value"} <= {*kept.column_names}
    assert "Who uses which model" in kept["query"].to_pylist()


def exported(page: Page, kind: str) -> Path:
    page.get_by_role("button", name="Export").click()
    with page.expect_download(timeout=PATIENCE) as download:
        page.get_by_role("menuitem", name=kind).click()
    return Path(download.value.path())


def test_what_somebody_prefers_is_there_in_their_next_browser(page: Page, chromium: Browser, hub: Hub) -> None:
    page.goto(f"{hub.url}/#/settings")
    page.get_by_text("Dark", exact=True).click()
    expect(page.get_by_text("Kept: it is the same")).to_be_visible()
    page.get_by_text("As the system").click()
    page.get_by_label("Time range at the beginning").first.click()
    with page.expect_response(lambda answer: "preferences" in answer.url and answer.request.method == "PUT"):
        page.get_by_role("option", name="24 hours").click()

    other = chromium.new_page()
    other.set_default_timeout(PATIENCE)
    other.add_init_script(f"sessionStorage.setItem('hub.session', JSON.stringify({json.dumps(session(hub))}))")
    other.goto(f"{hub.url}/")

    expect(other).to_have_url(re.compile("range=24h"))
    other.close()


def test_an_erasure_is_asked_for_cancelled_and_written_down(page: Page, hub: Hub) -> None:
    page.goto(f"{hub.url}/#/privacy")
    page.get_by_role("button", name="Erase a person").click()
    asking = page.get_by_role("dialog")
    asking.get_by_label("Person").fill("somebody")
    asking.get_by_label("Reason").fill("asked by letter")
    asking.get_by_role("button", name="Erase").click()
    row = page.get_by_role("row").filter(has_text="somebody")
    expect(row).to_contain_text("Scheduled")
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_contain_text("Cancelled")

    page.get_by_role("button", name="Verify the chain").click()

    expect(page.get_by_text(re.compile(r"All \d+ entries are as they were written"))).to_be_visible()


def test_a_rule_and_a_maintenance_window_are_made_and_taken_back(page: Page, hub: Hub) -> None:
    page.goto(f"{hub.url}/#/rules")
    page.get_by_role("button", name="New rule").click()
    asking = page.get_by_role("dialog")
    asking.get_by_label("Name").fill("Answers take too long")
    asking.get_by_role("textbox", name="bound").fill("2500")
    asking.get_by_role("button", name="Keep", exact=True).click()
    row = page.get_by_role("row").filter(has_text="Answers take too long")
    expect(row).to_contain_text("p95(latency_ms) > 2,500")
    with page.expect_response(lambda answer: "rules/" in answer.url and answer.request.method == "PUT"):
        row.get_by_role("switch").press("Space")
    expect(row.get_by_role("switch")).not_to_be_checked()
    row.get_by_role("button", name="Change").click()
    asking.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)

    page.get_by_role("button", name="Plan maintenance").click()
    asking.get_by_label("Reason").fill("A new gateway")
    asking.get_by_role("button", name="Plan", exact=True).click()
    planned = page.get_by_role("row").filter(has_text="A new gateway")
    expect(planned).to_contain_text("Running")
    planned.get_by_role("button", name="End it").click()
    expect(planned).to_have_count(0)


def test_the_page_is_used_without_a_mouse(page: Page, hub: Hub) -> None:
    """The first stop leads past the navigation; a place, a chart's table and a dialog are reached and left again."""
    page.goto(f"{hub.url}/")
    expect(tile(page, "Requests").locator(".number").first).to_have_text(re.compile(r"\d"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()

    tabbed_to(page, page.get_by_role("link", name="Alert rules"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#/rules"))
    tabbed_to(page, page.get_by_role("button", name="New rule"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="New rule")).to_be_focused()


def tabbed_to(page: Page, wanted: Locator, most: int = 200) -> None:
    """What has the focus can be seen to have it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            assert wanted.evaluate("each => each.matches(':focus-visible')")
            return
    raise AssertionError("the keyboard does not get there")


VIEWS = {
    "": "Overview",
    "models": "Models",
    "cost": "Cost and budgets",
    "security": "Security",
    "governance": "Governance",
    "anomalies": "Anomalies",
    "incidents": "Incidents",
    "forecasts": "Forecasts",
    "events": "Events",
    "quality": "Data quality",
    "dashboards": "Dashboards",
    "rules": "Alert rules",
    "keys": "Keys and access",
    "privacy": "Privacy and audit",
    "settings": "Settings",
}


@pytest.fixture(scope="module")
def visited(signed_in: BrowserContext, hub: Hub) -> Iterator[Page]:
    """One page for all views: it goes from one to the next without being loaded anew."""
    with opened(signed_in) as page:
        page.goto(f"{hub.url}/")
        page.evaluate(AXE.read_text())
        yield page


# A colour on its way from light to dark has the contrast of neither.
AT_REST = """async () => {
    let moving
    do {
        await new Promise(requestAnimationFrame)
        await new Promise(requestAnimationFrame)
        moving = document.getAnimations().filter(each => each.effect.getTiming().iterations !== Infinity)
        await Promise.allSettled(moving.map(each => each.finished))
    } while (moving.length)
}"""


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_no_serious_barrier_in_either_colours(visited: Page, hub: Hub, view: str) -> None:
    page = visited
    page.goto(f"{hub.url}/#/{view}")
    expect(page.get_by_role("heading", level=1)).to_have_text(VIEWS[view])
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        expect(page.get_by_role("status", name=re.compile("^Loading"))).to_have_count(0, timeout=PATIENCE)
        expect(page.locator(f"html[data-mantine-color-scheme={colours}]")).to_be_attached()
        page.evaluate(AT_REST)

        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")

        serious = [each for each in found["violations"] if each["impact"] in {"serious", "critical"}]
        assert {each["id"]: [node["html"][:200] for node in each["nodes"]][:3] for each in serious} == {}, colours


def test_the_first_screen_is_soon_there(chromium: Browser, hub: Hub) -> None:
    """The best of three: the machine has other things to do meanwhile."""
    seconds = []
    for _ in range(3):
        page = chromium.new_page()
        page.goto(f"{hub.url}/")
        page.get_by_label("API key").wait_for(timeout=PATIENCE)
        _eventually(lambda: page.evaluate(FIRST_PAINT) is not None)  # noqa: B023 (asked before the next page)
        seconds.append(page.evaluate(FIRST_PAINT))
        page.close()

    assert min(seconds) < FIRST_PAINT_SECONDS


def test_what_the_overview_needs_is_small() -> None:
    """All scripts that the first screen waits for, as a browser fetches them; charts are drawn when theirs has come."""
    site = built_site()
    manifest = json.loads((site / "manifest.json").read_text())
    first = ("index.html", "src/views/overview.tsx")

    scripts = {script for entry in first for script in _scripts(manifest, entry)}
    kilobytes = sum((site / f"{script}.br").stat().st_size for script in scripts) / 1024

    assert kilobytes < INITIAL_KILOBYTES


def _scripts(manifest: dict[str, Any], entry: str) -> Iterator[str]:
    seen: set[str] = set()
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += manifest[name].get("imports", [])
            yield manifest[name]["file"]


def _eventually(holds: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it has not come to hold"
        time.sleep(0.5)
