"""The answer to CloudFormation, which asked a function to make a resource of a stack: JSON, put where it said."""

import json
from collections.abc import Mapping
from http.client import HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from shared.errors import TransientError

TIMEOUT_SECONDS = 10.0
_HTTP_OK = 200


def answer_stack(request: Mapping[str, Any], physical_id: str, trouble: str | None) -> None:
    """Raises TransientError if it is not taken."""
    answer = {
        "Status": "FAILED" if trouble else "SUCCESS",
        "Reason": trouble or "",
        "PhysicalResourceId": physical_id,
        **{name: request[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    parts = urlsplit(request["ResponseURL"])
    connection = HTTPSConnection(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("PUT", f"{parts.path}?{parts.query}", json.dumps(answer).encode(), {"Content-Type": ""})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise TransientError(f"CloudFormation: {type(error).__name__}") from error
    finally:
        connection.close()
    if status != _HTTP_OK:
        raise TransientError(f"CloudFormation: HTTP {status}")
