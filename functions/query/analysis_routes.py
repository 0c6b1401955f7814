"""From the gateway's requests to what each route about questions means."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from functions.query.analyse import Analysis
from functions.query.analysis_models import ExportInput, Question
from functions.query.bodies import body_of, parsed
from functions.query.caching import lasting
from functions.query.exporting import FORMATS, file_of
from functions.query.parameters import QuestionParameters
from shared.access.principal import Principal
from shared.observability.responses import answer

OK: Final = 200
GatewayAnswer = dict[str, Any]
Request = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Questions:
    analysis: Analysis
    clock: Callable[[], datetime]

    def answer(self, request: Request) -> GatewayAnswer:
        return ANALYSIS_ROUTES[request["httpMethod"], request["resource"]](self, Principal.permitted(request), request)


def _asked(questions: Questions, who: Principal, asked: Question) -> GatewayAnswer:
    answered = questions.analysis.answer(who, asked)
    return answer(OK, answered, {"Cache-Control": lasting(answered["end"], questions.clock())})


def _exported(questions: Questions, who: Principal, request: Request) -> GatewayAnswer:
    asked = body_of(request, ExportInput)
    answered = questions.analysis.answer(who, asked)
    format_ = FORMATS[asked.format]
    name = f"llm-analytics-{answered['start']:%Y%m%dT%H%M}-{answered['end']:%Y%m%dT%H%M}.{asked.format}"
    headers = {"Content-Type": format_.content_type, "Content-Disposition": f'attachment; filename="{name}"'}
    file = file_of(answered, format_)
    if format_.is_text:
        return {"statusCode": OK, "headers": headers, "body": file.decode()}
    return {"statusCode": OK, "headers": headers, "body": b64encode(file).decode(), "isBase64Encoded": True}


ANALYSIS_ROUTES: Final[Mapping[tuple[str, str], Callable[[Questions, Principal, Request], GatewayAnswer]]] = {
    ("POST", "/v1/query"): lambda on, who, request: _asked(on, who, body_of(request, Question)),
    ("GET", "/v1/query"): lambda on, who, request: _asked(
        on, who, parsed(QuestionParameters.of(request).q.encode(), Question)
    ),
    ("POST", "/v1/query/export"): _exported,
}
