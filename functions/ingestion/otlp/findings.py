"""What a guardrail's or an evaluator's span or log record found: verdicts, categories and scores, and no text."""

from collections.abc import Mapping
from typing import Any, Final

from functions.ingestion.findings import Evaluation, GuardrailResult, Verdict, evaluation_event, guardrail_events
from functions.ingestion.otlp.reading import Facts
from shared.errors import RejectedEventError
from shared.events.event import Event

_VERDICTS: Final[Mapping[str, Verdict]] = {
    **{verdict.value: verdict for verdict in Verdict},
    # LiteLLM's words
    "success": Verdict.ALLOW,
    "guardrail_intervened": Verdict.DENY,
    "blocked": Verdict.DENY,
}


def found_by(facts: Facts, envelope: Mapping[str, Any], identity: tuple[str, ...]) -> list[Event | RejectedEventError]:
    """Empty where there is neither a verdict nor a score."""
    whole = {"source_module": "llm-observatory", **envelope}
    if "evaluation" in facts:
        return [evaluation_event(_evaluation(facts), whole, *identity, "evaluation", facts["evaluation"])]
    verdict = _VERDICTS.get(facts.get("verdict", "").lower())
    return [] if verdict is None else guardrail_events(_guardrail(facts, verdict), whole, *identity, "guardrail")


def _evaluation(facts: Facts) -> Evaluation:
    return Evaluation(
        name=facts["evaluation"],
        value=facts.get("score"),
        label=facts.get("score_label"),
        model=facts.get("response_model") or facts.get("request_model"),
    )


def _guardrail(facts: Facts, verdict: Verdict) -> GuardrailResult:
    return GuardrailResult(
        name=facts.get("guardrail", "guardrail"),
        verdict=verdict,
        categories=(facts["category"],) if "category" in facts else (),
        policy=facts.get("policy"),
        rules=(facts["rule"],) if "rule" in facts else (),
        score=min(max(facts["risk"], 0.0), 1.0) if "risk" in facts else None,
        target=facts.get("response_model") or facts.get("request_model") or "llm",
    )
