"""Which commit a deployed hub was made of: the output `Release` of its last stack, which every deploy brings up to date."""

from botocore.exceptions import ClientError

from infra.invoking import output_of

OUTPUT = "Release"
STACK = "Operations"
"""Deployed last: what stands there has come through whole."""


class NothingDeployedError(Exception):
    """There is no such hub in the account and region, or none that says what it was made of."""


def released(deployment: str) -> str:
    """The commit that was deployed last."""
    try:
        return output_of(deployment, STACK, OUTPUT)
    except KeyError:
        raise NothingDeployedError(f"the stack {STACK} has no output {OUTPUT}") from None
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        raise NothingDeployedError(f"there is no hub '{deployment}'") from error
