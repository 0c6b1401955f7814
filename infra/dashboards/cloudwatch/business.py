"""For who answers for the platform: what was sent and seen, what was noticed, what is foreseen, who uses it.

Requests, tokens and money are per tenant, and no metric of CloudWatch is: they are in the console and in Grafana.
"""

from collections.abc import Sequence

from aws_cdk import Duration, aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.dashboards.cloudwatch.widgets import MINUTE, figures, graph, note, of_stage, share
from infra.deployment import Deployment
from infra.stacks.api import ApiStack

FIRST = """# {name}: business
Requests, tokens, cost and answer times of your models, by tenant, model and team: [console]({console}), or Grafana
(`docs/dashboards.md`). Here is how much the hub was given, what it noticed, and how well it is used and foresees."""

ACCEPTED = """## What is reported
A share refused that rises after a release: a producer sends what the schema does not know; the answer to its request
says which field. Late events are kept but stand in no window: look at the producer's clock or its buffer."""

NOTICED = """## What is noticed
Many anomalies and few told: they spoke in storms, or rules hold them back (`docs/alerts.md`). Open less ended is what
goes on now; the console's incidents say what caused it."""

FORESEEN = """## What is foreseen
Of the values 95 % should lie inside their interval. Lower, or an error that grows: what drives traffic has changed
(`docs/forecasts.md`). A notice of a budget: somebody will spend more than planned."""

USED = """## How it is used
What callers wait for, and what share of their requests is answered (the objectives are in `docs/operations.md`)."""


class BusinessDashboard(Construct):
    """A week at first sight."""

    def __init__(self, scope: Construct, construct_id: str, *, deployment: Deployment, api: ApiStack) -> None:
        super().__init__(scope, construct_id)
        self.api = api.hub_api.api
        board = cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=f"{deployment.prefix}-business",
            default_interval=Duration.days(7),
        )
        board.add_widgets(note(FIRST.format(name=deployment.prefix, console=api.console_url)))
        board.add_widgets(figures("In this time", _headline()))
        board.add_widgets(note(ACCEPTED))
        board.add_widgets(*_reported())
        board.add_widgets(note(NOTICED))
        board.add_widgets(*_noticed())
        board.add_widgets(note(FORESEEN))
        board.add_widgets(*_foreseen())
        board.add_widgets(note(USED))
        board.add_widgets(*self._used())

    def _used(self) -> list[cloudwatch.IWidget]:
        failed = self.api.metric_server_error(statistic="Average", period=MINUTE)
        answered = cloudwatch.MathExpression(
            expression="100 * (1 - failed)", using_metrics={"failed": failed}, label="answered", period=MINUTE
        )
        waits = [
            self.api.metric_latency(statistic=statistic, period=MINUTE, label=statistic)
            for statistic in ("p50", "p95", "p99")
        ]
        return [
            graph("Requests answered", [answered], unit="%", width=6),
            graph("What callers wait for", waits, unit="ms", width=6),
            graph(
                "Who asks",
                [
                    of_stage("access", "RequestsAuthorized", label="with a key"),
                    of_stage("query", "QueriesAnswered", label="queries"),
                    of_stage("console", "ConsoleRequests", label="files of the console"),
                    of_stage("live", "MessagesPushed", label="pushed to listeners"),
                ],
                unit="requests",
                width=6,
            ),
            graph(
                "Keys and people's data",
                [
                    of_stage("access", "KeyCommands", label="commands about keys"),
                    of_stage("privacy", "PrivacyCommands", label="commands about privacy"),
                    of_stage("privacy", "PrivacyRequestsDone", label="exports and erasures done"),
                ],
                unit="commands",
                width=6,
            ),
        ]


def _headline() -> Sequence[cloudwatch.IMetric]:
    return [
        of_stage("ingestion", "EventsPublished", label="events accepted"),
        of_stage("anomaly", "AnomaliesDetected", label="anomalies"),
        of_stage("watch", "FastAlerts", label="told within seconds"),
        of_stage("correlation", "IncidentsOpened", label="incidents"),
        of_stage("forecasting", "BudgetNotices", label="notices of budgets"),
        of_stage("query", "QueriesAnswered", label="queries answered"),
    ]


def _reported() -> list[cloudwatch.IWidget]:
    accepted = of_stage("ingestion", "EventsPublished", label="accepted")
    refused = of_stage("ingestion", "EventsRejected", label="refused")
    late = of_stage("aggregation", "EventsLate", label="late")
    folded = of_stage("aggregation", "EventsFolded", label="in windows")
    return [
        graph("Events", [accepted, folded], unit="events"),
        graph(
            "Share that does not count",
            [share(refused, (accepted, refused), "refused"), share(late, (folded, late), "late")],
            unit="%",
        ),
        graph(
            "What is known of them",
            [
                of_stage("rollup", "RollupsWritten", label="rows written"),
                of_stage("correlation", "EventsIndexed", label="events in the index"),
            ],
            unit="rows",
        ),
    ]


def _noticed() -> list[cloudwatch.IWidget]:
    return [
        graph(
            "Anomalies",
            [
                of_stage("anomaly", "AnomaliesDetected", label="begun"),
                of_stage("anomaly", "AnomaliesResolved", label="ended"),
                of_stage("anomaly", "AnomaliesAlerted", label="told"),
                of_stage("watch", "FastAlerts", label="told within seconds"),
            ],
            unit="anomalies",
        ),
        graph(
            "Incidents",
            [
                of_stage("correlation", "IncidentsOpened", label="opened"),
                of_stage("correlation", "IncidentsEnded", label="ended"),
                of_stage("correlation", "IncidentNotices", label="notices"),
            ],
            unit="incidents",
        ),
        graph(
            "What belongs together",
            [
                of_stage("correlation", "SignalsFound", label="signals"),
                of_stage("correlation", "CorrelationsFound", label="correlations"),
            ],
            unit="found",
        ),
    ]


def _foreseen() -> list[cloudwatch.IWidget]:
    promised = cloudwatch.HorizontalAnnotation(value=95, label="promised", color=cloudwatch.Color.GREY)
    return [
        graph(
            "Values inside their interval",
            [of_stage("forecasting", "ForecastCoverage", statistic="Average", label="coverage")],
            unit="%",
            limits=[promised],
        ),
        graph(
            "Error of the forecasts",
            [of_stage("forecasting", "ForecastError", statistic="p50", label="half of them below")],
            unit="% of the mean",
        ),
        graph(
            "Forecasts and budgets",
            [
                of_stage("forecasting", "SeriesForecast", label="series forecast"),
                of_stage("forecasting", "SeriesTooShort", label="series too short"),
                of_stage("forecasting", "BudgetsAssessed", label="budgets assessed"),
                of_stage("forecasting", "BudgetNotices", label="notices of budgets"),
            ],
            unit="series",
        ),
    ]
