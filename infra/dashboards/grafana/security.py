"""Who attacks, what is open, who may not come in."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.dashboards.grafana.board import Panels, board
from infra.dashboards.grafana.panels import COUNT, SHARE, Limits, bars, lines, number, ranking
from infra.dashboards.grafana.query import Figure, Query

SAYS = (
    "Threats, vulnerabilities and refused logins as the security modules report them, for the whole tenant: such events have "
    "neither team nor model. A critical threat is told within seconds, without waiting for a window (`docs/alerts.md`)."
)
ANY = Limits(warning=1, bad=10)
CRITICAL = Limits(warning=1, bad=1)
BLOCKED = Limits(warning=0.99, bad=0.9, low_is_bad=True)
REFUSED = Limits(warning=0.05, bad=0.2)
CVSS = Limits(warning=7, bad=9)


def security() -> Dashboard:
    return board(
        "Security",
        SAYS,
        {"In this time": _headline(), "Threats": _threats(), "Access and weaknesses": _weaknesses()},
        filtered=False,
    )


def _headline() -> Panels:
    blocked = Query("Blocked", "blocked_threats", Figure.MEAN)
    refused = Query("Failed", "auth_failures", Figure.MEAN)
    worst = Query("Severity", "vulnerability_severity", Figure.HIGHEST)
    return [
        number("Threats", Query("Threats", "threats"), COUNT, "Of every level.", limits=ANY),
        number("Critical threats", Query("Critical", "critical_threats"), COUNT, "Of level critical.", limits=CRITICAL),
        number("Blocked", blocked, SHARE, "Share of the threats that were blocked.", limits=BLOCKED),
        number("Vulnerabilities", Query("Found", "vulnerabilities"), COUNT, "Reported.", limits=ANY),
        number("Worst vulnerability", worst, COUNT, "Severity, 0 to 10 (CVSS).", limits=CVSS),
        number("Failed logins", refused, SHARE, "Share of logins, tokens and attempts at access.", limits=REFUSED),
    ]


def _threats() -> Panels:
    levels = [Query("all", "threats"), Query("critical", "critical_threats"), Query("blocked", "blocked_threats")]
    by_source = Query("Threats", "threats", by="source_module")
    by_environment = Query("Threats", "threats", by="environment")
    return [
        lines(
            "Threats over time",
            levels,
            COUNT,
            "A wave: look at the incident in the console for who and through what.",
            width=24,
        ),
        bars("By module", [by_source], COUNT, "Which module reports them.", width=16),
        ranking("By environment", by_environment, COUNT, "Where they were met."),
    ]


def _weaknesses() -> Panels:
    logins = [Query("all", "auth_events"), Query("failed", "auth_failures")]
    weak = [Query("all", "vulnerabilities"), Query("critical", "critical_vulnerabilities")]
    refused = Query("Failed", "auth_failures", Figure.MEAN, by="source_module")
    violations = Query("Violations", "compliance_violations", by="source_module")
    return [
        lines("Logins and attempts", logins, COUNT, "Many failed: somebody guesses, or a key has expired."),
        lines("Failed logins by module", [refused], SHARE, "Share of all.", limits=REFUSED),
        bars("Vulnerabilities over time", weak, COUNT, "Critical ones are scored 9 or more, and are among all."),
        bars("Violations of regulations", [violations], COUNT, "By the module that reports them."),
    ]
