"""For who answers for the platform: what was sent and seen, what was noticed, what is foreseen, who uses it.

Requests, tokens and money are per tenant, and no metric of CloudWatch is: they are in the console and in Grafana.
"""

from collections.abc import Sequence
from functools import partial

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
        self.of_stage = partial(of_stage, deployment.metrics_namespace)
        self.api = api.hub_api.api
        board = cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=f"{deployment.prefix}-business",
            default_interval=Duration.days(7),
        )
        board.add_widgets(note(FIRST.format(name=deployment.prefix, console=api.console_url)))
        board.add_widgets(figures("In this time", self._headline()))
        board.add_widgets(note(ACCEPTED))
        board.add_widgets(*self._reported())
        board.add_widgets(note(NOTICED))
        board.add_widgets(*self._noticed())
        board.add_widgets(note(FORESEEN))
        board.add_widgets(*self._foreseen())
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
                    self.of_stage("access", "RequestsAuthorized", label="with a key"),
                    self.of_stage("query", "QueriesAnswered", label="queries"),
                    self.of_stage("console", "ConsoleRequests", label="files of the console"),
                    self.of_stage("live", "MessagesPushed", label="pushed to listeners"),
                ],
                unit="requests",
                width=6,
            ),
            graph(
                "Keys and people's data",
                [
                    self.of_stage("access", "KeyCommands", label="commands about keys"),
                    self.of_stage("privacy", "PrivacyCommands", label="commands about privacy"),
                    self.of_stage("privacy", "PrivacyRequestsDone", label="exports and erasures done"),
                ],
                unit="commands",
                width=6,
            ),
        ]

    def _headline(self) -> Sequence[cloudwatch.IMetric]:
        return [
            self.of_stage("ingestion", "EventsPublished", label="events accepted"),
            self.of_stage("anomaly", "AnomaliesDetected", label="anomalies"),
            self.of_stage("watch", "FastAlerts", label="told within seconds"),
            self.of_stage("correlation", "IncidentsOpened", label="incidents"),
            self.of_stage("forecasting", "BudgetNotices", label="notices of budgets"),
            self.of_stage("query", "QueriesAnswered", label="queries answered"),
        ]

    def _reported(self) -> list[cloudwatch.IWidget]:
        accepted = self.of_stage("ingestion", "EventsPublished", label="accepted")
        refused = self.of_stage("ingestion", "EventsRejected", label="refused")
        late = self.of_stage("aggregation", "EventsLate", label="late")
        folded = self.of_stage("aggregation", "EventsFolded", label="in windows")
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
                    self.of_stage("rollup", "RollupsWritten", label="rows written"),
                    self.of_stage("correlation", "EventsIndexed", label="events in the index"),
                ],
                unit="rows",
            ),
        ]

    def _noticed(self) -> list[cloudwatch.IWidget]:
        return [
            graph(
                "Anomalies",
                [
                    self.of_stage("anomaly", "AnomaliesDetected", label="begun"),
                    self.of_stage("anomaly", "AnomaliesResolved", label="ended"),
                    self.of_stage("anomaly", "AnomaliesAlerted", label="told"),
                    self.of_stage("watch", "FastAlerts", label="told within seconds"),
                ],
                unit="anomalies",
            ),
            graph(
                "Incidents",
                [
                    self.of_stage("correlation", "IncidentsOpened", label="opened"),
                    self.of_stage("correlation", "IncidentsEnded", label="ended"),
                    self.of_stage("correlation", "IncidentNotices", label="notices"),
                ],
                unit="incidents",
            ),
            graph(
                "What belongs together",
                [
                    self.of_stage("correlation", "SignalsFound", label="signals"),
                    self.of_stage("correlation", "CorrelationsFound", label="correlations"),
                ],
                unit="found",
            ),
        ]

    def _foreseen(self) -> list[cloudwatch.IWidget]:
        promised = cloudwatch.HorizontalAnnotation(value=95, label="promised", color=cloudwatch.Color.GREY)
        return [
            graph(
                "Values inside their interval",
                [self.of_stage("forecasting", "ForecastCoverage", statistic="Average", label="coverage")],
                unit="%",
                limits=[promised],
            ),
            graph(
                "Error of the forecasts",
                [self.of_stage("forecasting", "ForecastError", statistic="p50", label="half of them below")],
                unit="% of the mean",
            ),
            graph(
                "Forecasts and budgets",
                [
                    self.of_stage("forecasting", "SeriesForecast", label="series forecast"),
                    self.of_stage("forecasting", "SeriesTooShort", label="series too short"),
                    self.of_stage("forecasting", "BudgetsAssessed", label="budgets assessed"),
                    self.of_stage("forecasting", "BudgetNotices", label="notices of budgets"),
                ],
                unit="series",
            ),
        ]
