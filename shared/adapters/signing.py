"""AWS Signature Version 4 for a JSON API call: what an SDK's client does to sign, in 30 us instead of 400.

Only for the calls that ingestion makes per request and aggregation per batch; every other adapter uses the SDK.
tests/unit/adapters holds it to botocore's signer, header by header.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNRESERVED = "-_.~"


@dataclass(frozen=True, slots=True)
class Credentials:
    access_key: str
    secret_key: str
    token: str | None = None

    def __repr__(self) -> str:
        return f"Credentials({self.access_key[:4]}...)"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs requests to the root of one service in one region."""

    service: str
    region: str

    def sign(self, headers: Mapping[str, str], body: bytes, credentials: Credentials, now: datetime) -> dict[str, str]:
        """The headers, which must name the host, with those that authenticate them and the body."""
        moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        signed = {**headers, "X-Amz-Date": moment}
        if credentials.token:
            signed["X-Amz-Security-Token"] = credentials.token
        names, canonical = _canonical_request(signed, body)
        signature = self._signature(canonical, credentials, moment)
        signed["Authorization"] = (
            f"{_ALGORITHM} Credential={credentials.access_key}/{self._scope(moment)}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return signed

    def presign(
        self, host: str, query: Mapping[str, str], credentials: Credentials, now: datetime, life: timedelta
    ) -> dict[str, str]:
        """The query of a GET, with the parameters that authenticate it to whoever is shown it while it lives."""
        moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        signed = {
            **query,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{credentials.access_key}/{self._scope(moment)}",
            "X-Amz-Date": moment,
            "X-Amz-Expires": str(int(life.total_seconds())),
            "X-Amz-SignedHeaders": "host",
        }
        if credentials.token:
            signed["X-Amz-Security-Token"] = credentials.token
        ordered = "&".join(f"{name}={quote(value, safe=_UNRESERVED)}" for name, value in sorted(signed.items()))
        canonical = f"GET\n/\n{ordered}\nhost:{host}\n\nhost\n{sha256(b'').hexdigest()}"
        return {**signed, "X-Amz-Signature": self._signature(canonical, credentials, moment)}

    def _scope(self, moment: str) -> str:
        return f"{moment[:8]}/{self.region}/{self.service}/aws4_request"

    def _signature(self, canonical: str, credentials: Credentials, moment: str) -> str:
        text = f"{_ALGORITHM}\n{moment}\n{self._scope(moment)}\n{sha256(canonical.encode()).hexdigest()}"
        key = _signing_key(credentials.secret_key, moment[:8], self.region, self.service)
        return hmac.digest(key, text.encode(), "sha256").hex()


def _canonical_request(headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    ordered = sorted((name.lower(), value.strip()) for name, value in headers.items())
    names = ";".join(name for name, _ in ordered)
    lines = "".join(f"{name}:{value}\n" for name, value in ordered)
    return names, f"POST\n/\n\n{lines}\n{names}\n{sha256(body).hexdigest()}"


@lru_cache(maxsize=4)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
