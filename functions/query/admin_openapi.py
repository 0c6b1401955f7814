"""The part of the API's description that is about keys, prices and the formats of other tools."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from functions.query.parameters import PriceParameters, QualityParameters, UnpricedParameters
from functions.query.prices import PricesAnswer, UnpricedAnswer
from functions.query.quality import QualityAnswer
from shared.access.routes import permission_for
from shared.access.wire import KeyAnswer, KeyRequest, KeysAnswer, NewKeyAnswer
from shared.measures.negotiated import NegotiatedPrice

Json = dict[str, Any]
STRUCTS: Final = (KeyAnswer, KeyRequest, KeysAnswer, NegotiatedPrice, NewKeyAnswer, PricesAnswer, UnpricedAnswer)
_ERROR: Final[Json] = {"$ref": "#/components/schemas/ErrorAnswer"}
_ID: Final[Json] = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_LITELLM: Final[Json] = {
    "type": "object",
    "description": "A StandardLoggingPayload.",
    "properties": {
        "litellm_call_id": {"type": ["string", "null"]},
        "startTime": {"type": "number"},
        "endTime": {"type": "number"},
    },
    "required": ["startTime", "endTime"],
}
_SCORE: Final[Json] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string", "minLength": 1},
        "value": {"type": ["number", "string"]},
        "dataType": {"enum": ["NUMERIC", "BOOLEAN", "CATEGORICAL", "TEXT", "CORRECTION"]},
        "traceId": {"type": "string"},
        "timestamp": {"type": "string", "format": "date-time"},
    },
    "required": ["name", "value"],
}
_ACCEPTED: Final[Json] = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "message": {"const": "Accepted"}},
}
_COUNTED: Final[Json] = {
    "type": "object",
    "properties": {
        "accepted": {"type": "integer"},
        "rejected": {"type": "integer"},
        "errors": {"type": "array", "items": {"type": "object", "properties": {"message": {"type": "string"}}}},
    },
    "required": ["accepted", "rejected", "errors"],
}


def struct_schemas(reference: str) -> Json:
    """The schemas of what is not pydantic's; `reference` is how they name each other."""
    _, definitions = msgspec.json.schema_components(STRUCTS, ref_template=reference)
    return definitions


def admin_paths(parameters: Callable[[Any], list[Json]], refusals: Mapping[str, str]) -> Json:
    def operation(  # noqa: PLR0913 (what an operation is made of)
        method: str, path: str, name: str, summary: str, answer: type, *, status: str = "200", **more: Any
    ) -> Json:
        refused = {**refusals, **({"404": "The tenant has no such key."} if "{id}" in path else {})}
        return {
            "operationId": name,
            "summary": summary,
            "description": f"Needs the permission {permission_for(method, path)}.",
            **more,
            "responses": {status: _content("The answer.", _reference(answer)), **_refused(refused)},
        }

    rotated: Json = {"status": "201", "parameters": [_ID]}
    return {
        "/v1/keys": {
            "get": operation("GET", "/v1/keys", "getKeys", "The tenant's API keys", KeysAnswer),
            "post": operation(
                "POST", "/v1/keys", "makeKey", "Make a key", NewKeyAnswer, status="201", requestBody=_body(KeyRequest)
            ),
        },
        "/v1/keys/{id}": {
            "delete": operation("DELETE", "/v1/keys/{id}", "revokeKey", "End a key", KeyAnswer, parameters=[_ID])
        },
        "/v1/keys/{id}/rotate": {
            "post": operation(
                "POST", "/v1/keys/{id}/rotate", "rotateKey", "A new key for an old", NewKeyAnswer, **rotated
            )
        },
        "/v1/prices": {
            "get": operation("GET", "/v1/prices", "getPrices", "The tenant's negotiated prices", PricesAnswer),
            "put": operation(
                "PUT",
                "/v1/prices",
                "putPrice",
                "Price a model",
                NegotiatedPrice,
                requestBody=_body(NegotiatedPrice),
            ),
            "delete": operation(
                "DELETE",
                "/v1/prices",
                "deletePrice",
                "Price a model by list again",
                PricesAnswer,
                parameters=parameters(PriceParameters),
            ),
        },
        "/v1/prices/unpriced": {
            "get": operation(
                "GET",
                "/v1/prices/unpriced",
                "getUnpriced",
                "Models without a price",
                UnpricedAnswer,
                parameters=parameters(UnpricedParameters),
            )
        },
        "/v1/quality": {
            "get": operation(
                "GET",
                "/v1/quality",
                "getQuality",
                "What was refused, or came too late",
                QualityAnswer,
                parameters=parameters(QualityParameters),
            )
        },
    }


def foreign_paths(native: Mapping[str, Any], refusals: Mapping[str, str]) -> Json:
    """The aliases and the formats of other tools; `native` is the operation that they are variants of."""
    litellm, score = _one_or_more(_LITELLM), _one_or_more(_SCORE)
    return {
        "/api/v1/events": {"post": {**native, "operationId": "sendEventsAlias"}},
        "/api/v1/events/batch": {"post": {**native, "operationId": "sendEventBatchAlias"}},
        "/v1/litellm": {
            "post": {
                **native,
                "operationId": "sendLiteLlm",
                "summary": "Send the log of LiteLLM",
                "requestBody": {"required": True, "content": {"application/json": {"schema": litellm}}},
            }
        },
        "/api/public/scores": {
            "post": {
                "operationId": "sendScores",
                "summary": "Send scores as Langfuse does",
                "description": "Needs the permission event:write.",
                "security": [{"key": []}, {"bearer": []}, {"basic": []}],
                "requestBody": {"required": True, "content": {"application/json": {"schema": score}}},
                "responses": {
                    "200": _content("The one score was taken.", _ACCEPTED),
                    "202": _content("All scores were taken.", _ACCEPTED),
                    "207": _content("Some were not.", _COUNTED),
                    **_refused(refusals),
                },
            }
        },
    }


def _one_or_more(item: Json) -> Json:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _reference(struct: type) -> Json:
    return {"$ref": f"#/components/schemas/{struct.__name__}"}


def _body(struct: type) -> Json:
    return {"required": True, "content": {"application/json": {"schema": _reference(struct)}}}


def _content(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _refused(refusals: Mapping[str, str]) -> Json:
    return {status: _content(why, _ERROR) for status, why in refusals.items()}
