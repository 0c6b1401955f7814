"""The settings on which every stage must agree, or windows close too early or never."""

import json

from infra.deployment import Deployment


def partition_settings(deployment: Deployment) -> dict[str, str]:
    """PROTOCOL rule 18: one constant for those who write partitions, tick them and read their progress."""
    return {"PARTITIONS": str(deployment.partitions)}


def layout_settings(deployment: Deployment) -> dict[str, str]:
    """How the state of open windows is stored: who writes it and who reads it must mean the same."""
    return {"STATE_LAYOUT": deployment.state_layout}


def window_settings(deployment: Deployment) -> dict[str, str]:
    """What decides when a window is final and which series it has."""
    return {
        **partition_settings(deployment),
        "CLOSING_DELAY_SECONDS": _seconds(deployment.closing_delay.total_seconds()),
        **series_settings(deployment),
    }


def series_settings(deployment: Deployment) -> dict[str, str]:
    """Which series a window has."""
    return {
        "SERIES_LIMIT": str(deployment.series_limit),
        "GROUPINGS": json.dumps([list(grouping) for grouping in deployment.groupings]),
    }


def lateness_settings(deployment: Deployment) -> dict[str, str]:
    return {"ALLOWED_LATENESS_SECONDS": _seconds(deployment.allowed_lateness.total_seconds())}


def _seconds(value: float) -> str:
    return str(int(value))
