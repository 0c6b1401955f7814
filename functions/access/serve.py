"""Tells the gateway's questions from operators' commands and from requests of the keys API, and answers each in its shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from msgspec import to_builtins

from functions.access.authorize import Authorizer, Caller
from functions.access.commands import CreateKey, ListKeys, RevokeKey, parse_command
from functions.access.keys_api import KeysApi
from functions.access.manage import KeyRing, NewKey
from shared.access.keys import AccessKey
from shared.access.routes import permission_for
from shared.access.wire import KeysAnswer, told
from shared.audit.log import AuditLog
from shared.errors import RejectedError, RejectedRequestError, TransientError
from shared.observability.metrics import MetricName
from shared.observability.responses import answer, rejection_answer, unavailable_answer

OPERATOR: Final = "operator"


class UnauthorizedError(Exception):
    """What makes the gateway answer 401: an error with exactly this text."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


@dataclass(frozen=True, slots=True)
class Access:
    authorizer: Authorizer
    key_ring: KeyRing
    keys_api: KeysApi
    audit: AuditLog
    logger: Logger
    metrics: Metrics

    def serve(self, asked: dict[str, Any]) -> dict[str, Any]:
        if "command" in asked:
            return self._obey(asked)
        return self._authorize(asked) if "methodArn" in asked else self._serve_keys(asked)

    def _authorize(self, request: Mapping[str, Any]) -> dict[str, Any]:
        try:
            caller = self.authorizer.authorize(request)
        except RejectedRequestError as error:
            self.metrics.add_metric(MetricName.REQUESTS_REFUSED, MetricUnit.Count, 1)
            self.logger.warning("request refused", code=error.code)
            raise UnauthorizedError from None
        self.metrics.add_metric(MetricName.REQUESTS_AUTHORIZED, MetricUnit.Count, 1)
        return policy(caller, request)

    def _serve_keys(self, request: Mapping[str, Any]) -> dict[str, Any]:
        request_id = str(request["requestContext"].get("requestId", ""))
        self.metrics.add_metric(MetricName.KEY_COMMANDS, MetricUnit.Count, 1)
        try:
            status, content = self.keys_api.serve(request)
        except RejectedRequestError as error:
            self.logger.warning("request refused", code=error.code)
            return rejection_answer(error, request_id)
        except TransientError as error:
            self.logger.warning("request failed", trouble=str(error))
            return unavailable_answer(error, request_id)
        key_id = None if isinstance(content, KeysAnswer) else content.key.key_id
        self.logger.info("keys served", status=status, key_id=key_id)
        return answer(status, content, {"Cache-Control": "no-store"})

    def _obey(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.metrics.add_metric(MetricName.KEY_COMMANDS, MetricUnit.Count, 1)
        try:
            return self._outcome(asked)
        except RejectedError as error:
            self.logger.warning("command refused", code=error.code)
            fields = {"fields": error.fields} if isinstance(error, RejectedRequestError) and error.fields else {}
            return {"error": {"code": error.code, "message": error.message, **fields}}
        except TransientError as error:
            self.logger.warning("command failed", trouble=str(error))
            return {"error": {"code": "service_unavailable", "message": "nothing was done; try again"}}

    def _outcome(self, asked: dict[str, Any]) -> dict[str, Any]:
        command = parse_command(asked)
        if isinstance(command, ListKeys):
            return {"keys": [to_builtins(told(key)) for key in self.key_ring.list(command.tenant)]}
        if isinstance(command, RevokeKey):
            revoked = self.key_ring.revoke(command.tenant, command.key_id, self._record)
            self.logger.info("key revoked", key_id=revoked.key_id, tenant=revoked.tenant)
            return {"key": to_builtins(told(revoked))}
        if isinstance(command, CreateKey):
            return self._told(self.key_ring.create(command, self._record))
        return self._told(self.key_ring.rotate(command.tenant, command.key_id, self._record))

    def _record(self, action: str, key: AccessKey) -> None:
        """By whoever may invoke the function, of whom it learns nothing: CloudTrail knows them."""
        detail = {"name": key.name, "role": str(key.role), "rate_plan": key.rate_plan}
        self.audit.record(key.tenant, OPERATOR, action, key.key_id, detail)

    def _told(self, made: NewKey) -> dict[str, Any]:
        """The only answer that ever holds a secret."""
        key = made.key
        self.logger.info("key created", key_id=key.key_id, tenant=key.tenant, role=key.role, rate_plan=key.rate_plan)
        return {"api_key": made.secret.secret, "key": to_builtins(told(key))}


def policy(caller: Caller, request: Mapping[str, Any]) -> dict[str, Any]:
    """Allows the route that was asked for, if the caller's role and scopes permit it; no answer of ours is remembered by
    the gateway, so it need not be right for any other.
    """
    needed = permission_for(request.get("httpMethod", ""), request.get("resource") or request.get("path") or "")
    effect = "Allow" if needed and caller.principal.may(needed) else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": request["methodArn"]}
    return {
        "principalId": caller.principal.key_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": caller.principal.as_context(),
        "usageIdentifierKey": caller.usage_key,
    }
