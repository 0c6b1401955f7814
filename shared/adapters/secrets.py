"""Secrets that an operator keeps in Secrets Manager."""

from typing import TYPE_CHECKING

import boto3
import msgspec
from botocore.config import Config

from shared.adapters.dynamodb import failures_are_transient
from shared.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


def secrets_client() -> "SecretsManagerClient":
    return boto3.client("secretsmanager", config=Config(connect_timeout=2, read_timeout=10))


def read_secret(client: "SecretsManagerClient", name: str) -> dict[str, str]:
    """The fields of a secret that is a JSON object; TransientError until somebody has put one there."""
    with failures_are_transient("secret"):
        text = client.get_secret_value(SecretId=name)["SecretString"]
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.MsgspecError:
        raise TransientError("secret: it is no JSON object of texts") from None
