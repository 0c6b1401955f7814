"""What LiteLLM's guardrails found, by what ran, and never the text that was judged."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from functions.ingestion.findings import GuardrailResult, Verdict
from functions.ingestion.foreign import named, section
from functions.ingestion.litellm.calls import UNKNOWN

_VERDICTS: Final[Mapping[str, Verdict]] = {
    "success": Verdict.ALLOW,
    "guardrail_flagged": Verdict.WARN,
    "guardrail_intervened": Verdict.DENY,
    "blocked": Verdict.DENY,
}
"""A guardrail that failed to respond or did not run has no verdict."""


def guardrail_results(told: Mapping[str, Any]) -> Iterator[tuple[int, GuardrailResult]]:
    """Of the guardrails that came to a verdict, each with its place among those that ran."""
    for place, run in enumerate(_runs(told)):
        if result := _result(run, told):
            yield place, result


def _runs(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A list; older versions send the one that ran."""
    runs = told.get("guardrail_information")
    return [run for run in (runs if isinstance(runs, list) else [runs]) if isinstance(run, dict)]


def _result(run: Mapping[str, Any], told: Mapping[str, Any]) -> GuardrailResult | None:
    verdict = _VERDICTS.get(str(run.get("guardrail_status")))
    if verdict is None:
        return None
    found = {str(kind): n for kind, n in section(run, "masked_entity_count").items() if isinstance(n, int) and n > 0}
    told_categories = run.get("violation_categories")
    categories = [str(each) for each in told_categories] if isinstance(told_categories, list) else []
    return GuardrailResult(
        name=named(run.get("guardrail_name")) or named(run.get("guardrail_provider")) or UNKNOWN,
        verdict=Verdict.MODIFY if found else verdict,
        categories=tuple(categories or (["pii"] if found else [])),
        policy=named(run.get("policy_template")),
        rules=tuple(filter(None, [named(run.get("guardrail_id"))])),
        score=_risk(run),
        target=named(told.get("model")) or "llm",
        found=found,
    )


def _risk(run: Mapping[str, Any]) -> float | None:
    """From 0 to 1; LiteLLM's own is from 0 to 10."""
    risk = run.get("risk_score")
    return min(max(risk / 10, 0.0), 1.0) if isinstance(risk, int | float) and not isinstance(risk, bool) else None
