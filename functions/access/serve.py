"""Tells the gateway's questions from operators' commands, and answers each in its shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.access.authorize import Authorizer
from functions.access.commands import CreateKey, ListKeys, RevokeKey, parse_command
from functions.access.manage import KeyRing, NewKey
from shared.access.keys import AccessKey
from shared.errors import RejectedError, RejectedRequestError
from shared.observability.metrics import MetricName


class UnauthorizedError(Exception):
    """What makes the gateway answer 401: an error with exactly this text."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


@dataclass(frozen=True, slots=True)
class Access:
    authorizer: Authorizer
    key_ring: KeyRing
    logger: Logger
    metrics: Metrics

    def serve(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._obey(asked) if "command" in asked else self._authorize(asked)

    def _authorize(self, request: Mapping[str, Any]) -> dict[str, Any]:
        try:
            key = self.authorizer.authorize(request)
        except RejectedRequestError as error:
            self.metrics.add_metric(MetricName.REQUESTS_REFUSED, MetricUnit.Count, 1)
            self.logger.warning("request refused", code=error.code)
            raise UnauthorizedError from None
        self.metrics.add_metric(MetricName.REQUESTS_AUTHORIZED, MetricUnit.Count, 1)
        return policy(key, request["methodArn"])

    def _obey(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.metrics.add_metric(MetricName.KEY_COMMANDS, MetricUnit.Count, 1)
        try:
            return self._outcome(asked)
        except RejectedError as error:
            self.logger.warning("command refused", code=error.code)
            fields = {"fields": error.fields} if isinstance(error, RejectedRequestError) and error.fields else {}
            return {"error": {"code": error.code, "message": error.message, **fields}}

    def _outcome(self, asked: dict[str, Any]) -> dict[str, Any]:
        command = parse_command(asked)
        if isinstance(command, ListKeys):
            return {"keys": [shown(key) for key in self.key_ring.list(command.tenant)]}
        if isinstance(command, RevokeKey):
            revoked = self.key_ring.revoke(command.tenant, command.key_id)
            self.logger.info("key revoked", key_id=revoked.key_id, tenant=revoked.tenant)
            return {"key": shown(revoked)}
        if isinstance(command, CreateKey):
            return self._told(self.key_ring.create(command))
        return self._told(self.key_ring.rotate(command.tenant, command.key_id))

    def _told(self, made: NewKey) -> dict[str, Any]:
        """The only answer that ever holds a secret."""
        key = made.key
        self.logger.info("key created", key_id=key.key_id, tenant=key.tenant, role=key.role, rate_plan=key.rate_plan)
        return {"api_key": made.secret.secret, "key": shown(key)}


def policy(key: AccessKey, method_arn: str) -> dict[str, Any]:
    """Allows the whole API stage, so that an answer the gateway remembers is right for every route: what a role may do
    is for the stages to say.

    `arn:aws:execute-api:eu-west-1:1:abc/hub/GET/v1/metrics` is of the stage `abc/hub`.
    """
    api, stage, *_ = method_arn.split("/")
    allow = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*"}
    return {
        "principalId": key.key_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [allow]},
        "context": key.principal.as_context(),
        "usageIdentifierKey": key.digest,
    }


def shown(key: AccessKey) -> dict[str, Any]:
    """A key as operators see it."""
    return {
        "key_id": key.key_id,
        "prefix": key.prefix,
        "name": key.name,
        "tenant": key.tenant,
        "role": str(key.role),
        "rate_plan": key.rate_plan,
        "created_at": key.created_at.isoformat(),
        "valid_until": _text(key.valid_until),
        "revoked_at": _text(key.revoked_at),
    }


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
