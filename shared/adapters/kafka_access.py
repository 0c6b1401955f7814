"""How a function proves to Amazon MSK who it is: a signed request that is never sent, as the token of SASL/OAUTHBEARER.

tests/unit/adapters holds it to the token of AWS's own signer, which would bring boto3 into ingestion's cold start.
"""

import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from shared.adapters.json_api import credentials_in
from shared.adapters.signing import Credentials, Signer

LIFE = timedelta(minutes=15)
SERVICE = "kafka-cluster"
USER_AGENT = "llm-analytics-hub"


def kafka_access(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """What a client of Kafka is to be told so that it is let in with the function's role; tokens are made as they expire."""
    region = environment.get("AWS_REGION") or environment["AWS_DEFAULT_REGION"]
    return {
        "security.protocol": "SASL_SSL",
        "sasl.mechanisms": "OAUTHBEARER",
        "oauth_cb": partial(_current_token, region, environment),
    }


def _current_token(region: str, environment: Mapping[str, str], _configuration: str) -> tuple[str, float]:
    return token(region, credentials_in(environment), datetime.now(UTC))


def token(region: str, credentials: Credentials, now: datetime) -> tuple[str, float]:
    """The token, and the second of the epoch at which it expires."""
    host = f"kafka.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"
    asked = {"Action": "kafka-cluster:Connect"}
    signed = Signer(SERVICE, region).presign(host, asked, credentials, now, LIFE)
    query = "&".join(
        f"{name}={quote(value, safe='-_.~')}" for name, value in {**signed, "User-Agent": USER_AGENT}.items()
    )
    made = urlsafe_b64encode(f"https://{host}/?{query}".encode()).decode().rstrip("=")
    return made, (now + LIFE).replace(microsecond=0).timestamp()
