"""Are the rules kept, and can it be shown."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.dashboards.grafana.board import Panels, board
from infra.dashboards.grafana.panels import COUNT, SHARE, Limits, bars, lines, number, ranking
from infra.dashboards.grafana.query import Figure, Query

SAYS = (
    "Policies, compliance checks, personal data and the trail of what was done, for the whole tenant. Whose violation it was "
    "stands in the event: console, Governance."
)
ANY = Limits(warning=1, bad=10)
CRITICAL = Limits(warning=1, bad=1)
PASSED = Limits(warning=0.02, bad=0.1)


def governance() -> Dashboard:
    return board(
        "Governance",
        SAYS,
        {"In this time": _headline(), "Policies and checks": _rules(), "Data and trail": _data()},
        filtered=False,
        span="now-7d",
    )


def _headline() -> Panels:
    mended = Query("Remediated", "remediated_policy_violations", Figure.MEAN)
    failed = Query("Failed", "failed_compliance_checks", Figure.MEAN)
    unconsented = Query("Unconsented", "unconsented_privacy_operations")
    return [
        number("Policy violations", Query("All", "policy_violations"), COUNT, "Of every severity.", limits=ANY),
        number("Critical ones", Query("Critical", "critical_policy_violations"), COUNT, "Severe.", limits=CRITICAL),
        number("Put right by themselves", mended, SHARE, "Share of the violations that were remediated automatically."),
        number("Failed checks", failed, SHARE, "Share of the compliance checks.", limits=PASSED),
        number("Mean score", Query("Score", "compliance_score", Figure.MEAN), COUNT, "Of the compliance checks."),
        number("Without consent", unconsented, COUNT, "Operations on personal data.", limits=CRITICAL),
    ]


def _rules() -> Panels:
    violations = [
        Query("all", "policy_violations"),
        Query("critical", "critical_policy_violations"),
        Query("put right", "remediated_policy_violations"),
    ]
    checks = [Query("all", "compliance_checks"), Query("failed", "failed_compliance_checks")]
    by_source = Query("Violations", "policy_violations", by="source_module")
    by_environment = Query("Violations", "policy_violations", by="environment")
    score = Query("Score", "compliance_score", Figure.MEAN, by="source_module")
    return [
        lines("Policy violations over time", violations, COUNT, "Critical and put right ones are among all."),
        lines("Compliance checks", checks, COUNT, "Failed ones are among all."),
        ranking("Violations by module", by_source, COUNT, "Which module reports them."),
        ranking("Violations by environment", by_environment, COUNT, "Where they happened."),
        lines("Score of checks by module", [score], COUNT, "Mean of the checks.", width=8),
    ]


def _data() -> Panels:
    personal = [Query("all", "privacy_operations"), Query("without consent", "unconsented_privacy_operations")]
    trail = Query("Records", "audit_records", by="source_module")
    lineage = Query("Operations", "data_operations", by="source_module")
    return [
        lines("Personal data", personal, COUNT, "Operations; those without consent are among all.", width=8),
        bars("Trail", [trail], COUNT, "A module that falls silent here leaves no trace of what it does.", width=8),
        bars("Lineage", [lineage], COUNT, "Operations on data whose origin is recorded.", width=8),
    ]
