"""Where the money goes, and how sure that figure is."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.dashboards.grafana.board import Panels, board
from infra.dashboards.grafana.panels import COUNT, MONEY, Limits, bars, lines, number, ranking, sheet
from infra.dashboards.grafana.query import Figure, Query

SAYS = (
    "What calls cost by the hub's price table (*computed*), beside what producers and invoices say. They are never added: "
    "computed and reported cost are of the same calls. A call without a known price costs nothing here and is *unpriced*."
)
PERCENT = "percent"
SOME = Limits(warning=1, bad=100)
SPENT = Limits(warning=80, bad=100)


def cost() -> Dashboard:
    return board(
        "Cost",
        SAYS,
        {"In this time": _headline(), "Where it goes": _where(), "How sure it is": _sure(), "By team": _by_team()},
        filtered=True,
        span="now-7d",
    )


def _headline() -> Panels:
    each = Query("Cost", "computed_cost_usd", Figure.MEAN, filtered=True)
    dearest = Query("Dearest", "computed_cost_usd", Figure.HIGHEST, filtered=True)
    unpriced = Query("Unpriced", "unpriced_requests", filtered=True)
    budget = Query("Used", "budget_used_percent", Figure.HIGHEST)
    return [
        number("Computed", Query("Cost", "computed_cost_usd", filtered=True), MONEY, "By the hub's price table."),
        number("Reported", Query("Cost", "reported_cost_usd", filtered=True), MONEY, "As producers report it."),
        number("A request costs", each, MONEY, "Mean of the calls that have a price."),
        number("The dearest request", dearest, MONEY, "The most that one call has cost."),
        number("Unpriced requests", unpriced, COUNT, "Give them a price: PUT /v1/prices.", limits=SOME),
        number("Fullest budget", budget, PERCENT, "As its alerts report it; of all teams.", limits=SPENT),
    ]


def _where() -> Panels:
    by_model = Query("Cost", "computed_cost_usd", by="model", filtered=True)
    by_team = Query("Cost", "computed_cost_usd", by="team", filtered=True)
    return [
        bars("By model", [by_model], MONEY, "By the hub's price table."),
        bars("By team", [by_team], MONEY, "By the hub's price table; a team that is not told is left blank."),
        ranking("Models", by_model, MONEY, "Cost in this time."),
        ranking("Providers", Query("Cost", "computed_cost_usd", by="provider"), MONEY, "Of all teams and models."),
        ranking(
            "Environments", Query("Cost", "computed_cost_usd", by="environment"), MONEY, "Of all teams and models."
        ),
    ]


def _sure() -> Panels:
    beside = [
        Query("computed", "computed_cost_usd", filtered=True),
        Query("reported", "reported_cost_usd", filtered=True),
    ]
    others = [Query("invoices", "api_cost_usd"), Query("resources", "resource_cost_usd")]
    each = Query("Cost", "computed_cost_usd", Figure.MEAN, by="model", filtered=True)
    unpriced = Query("Unpriced", "unpriced_requests", by="model", filtered=True)
    return [
        lines("Computed and reported", beside, MONEY, "A gap: a price that has changed, or calls that report no cost."),
        lines("Invoices and resources", others, MONEY, "Of all teams; not added to the cost of the calls they bill."),
        lines("Cost of a request by model", [each], MONEY, "Rises with longer prompts and answers, or with the price."),
        bars("Unpriced requests by model", [unpriced], COUNT, "Models that no price is known of."),
    ]


def _by_team() -> Panels:
    columns = {
        Query("Computed", "computed_cost_usd", by="team", filtered=True): MONEY,
        Query("Reported", "reported_cost_usd", by="team", filtered=True): MONEY,
        Query("Requests", "requests", by="team", filtered=True): COUNT,
        Query("A request", "computed_cost_usd", Figure.MEAN, by="team", filtered=True): MONEY,
        Query("Tokens in", "input_tokens", by="team", filtered=True): COUNT,
        Query("Tokens out", "output_tokens", by="team", filtered=True): COUNT,
    }
    return [sheet("Teams", columns, "Every team in this time; sort by a column.")]
