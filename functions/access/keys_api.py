"""API keys over HTTP: the operators' commands for a tenant's own people, who can give away no more than they have."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec

from functions.access.commands import CreateKey
from functions.access.manage import KeyRing, NewKey
from shared.access.keys import AccessKey
from shared.access.principal import FORBIDDEN, Principal
from shared.access.roles import Permission
from shared.access.wire import KeyAnswer, KeyRequest, KeysAnswer, NewKeyAnswer, told
from shared.audit.log import AuditLog
from shared.errors import RejectedError, RejectedRequestError

OK: Final = 200
CREATED: Final = 201
_REQUEST: Final = msgspec.json.Decoder(KeyRequest)

Content = KeyAnswer | NewKeyAnswer | KeysAnswer
Answer = tuple[int, Content]


@dataclass(frozen=True, slots=True)
class KeysApi:
    """The tenant is always that of who asks; a key of another tenant is one that is not there."""

    key_ring: KeyRing
    audit: AuditLog

    def serve(self, request: Mapping[str, Any]) -> Answer:
        """The status and what is told; RejectedRequestError says why not. What is changed stands in the audit log."""
        principal = Principal.permitted(request)
        try:
            return self._serve(principal, request)
        except RejectedRequestError:
            raise
        except RejectedError as error:
            raise RejectedRequestError(400, error.code, error.message) from None

    def _serve(self, principal: Principal, request: Mapping[str, Any]) -> Answer:
        record = partial(self._record, principal)
        match request["httpMethod"], request["resource"]:
            case "GET", _:
                return OK, KeysAnswer([told(key) for key in self.key_ring.list(principal.tenant)])
            case "DELETE", _:
                key = self._own(principal, request)
                return OK, KeyAnswer(told(self.key_ring.revoke(principal.tenant, key.key_id, record)))
            case _, "/v1/keys":
                return CREATED, _new(self.key_ring.create(_asked(principal, request), record))
        key = self._own(principal, request)
        return CREATED, _new(self.key_ring.rotate(principal.tenant, key.key_id, record))

    def _record(self, who: Principal, action: str, key: AccessKey) -> None:
        """Of a new key its id and what it may do, never the key."""
        detail = {"name": key.name, "role": str(key.role), "rate_plan": key.rate_plan}
        self.audit.record(who.tenant, who.key_id, action, key.key_id, detail)

    def _own(self, principal: Principal, request: Mapping[str, Any]) -> AccessKey:
        """The key of the path, if who asks could have made it: whoever rotates a key comes to know its secret."""
        key = self.key_ring.find(principal.tenant, str((request.get("pathParameters") or {}).get("id", "")))
        _require_no_more(principal, key.principal.permissions)
        return key


def _asked(principal: Principal, request: Mapping[str, Any]) -> CreateKey:
    asked = _request_in(request)
    command = CreateKey(
        tenant=principal.tenant,
        role=asked.role,
        name=asked.name,
        rate_plan=asked.rate_plan or principal.rate_plan,
        valid_days=asked.valid_days,
        scopes=tuple(asked.scopes),
    )
    granted = asked.role.permissions.intersection(asked.scopes) if asked.scopes else asked.role.permissions
    _require_no_more(principal, granted)
    if command.rate_plan != principal.rate_plan:
        principal.require(Permission.ORG_WRITE)
    return command


def _require_no_more(principal: Principal, permissions: frozenset[Permission]) -> None:
    if more := permissions - principal.permissions:
        message = f"a key may do no more than who asks for it: not {', '.join(sorted(more))}"
        raise RejectedRequestError(FORBIDDEN, "forbidden", message)


def _request_in(request: Mapping[str, Any]) -> KeyRequest:
    text = request.get("body") or ""
    try:
        return _REQUEST.decode(msgspec.convert(text, bytes) if request.get("isBase64Encoded") else text.encode())
    except msgspec.ValidationError as error:
        raise RejectedRequestError(400, "invalid_key", str(error)) from None
    except (msgspec.DecodeError, UnicodeError):
        raise RejectedRequestError(400, "invalid_json", "the body is not JSON") from None


def _new(made: NewKey) -> NewKeyAnswer:
    return NewKeyAnswer(made.secret.secret, told(made.key))
