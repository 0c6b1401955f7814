"""The order of the site: which page stands under which heading. What is named nowhere stands under the last."""

from collections.abc import Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

SECTIONS: Mapping[str, Sequence[str]] = {
    "Begin": ("index.md", "quick-start.md", "concepts.md"),
    "Send events": ("send/README.md", "send/*"),
    "Use": ("console.md", "dashboards.md", "alerts.md", "incidents.md", "forecasts.md", "live.md", "mirror.md"),
    "Reference": ("reference/*",),
    "How it works": ("guarantee.md", "detectors.md", "forecast-models.md", "decisions.md"),
    "Deploy": (
        "deploy.md",
        "edges.md",
        "msk.md",
        "localstack.md",
        "costs.md",
        "capacity.md",
        "load.md",
        "pipelines.md",
    ),
    "Operate": (
        "operations.md",
        "redrive.md",
        "upgrading.md",
        "disaster-recovery.md",
        "runbooks/README.md",
        "runbooks/*",
    ),
    "Secure": ("security.md", "access.md", "privacy.md", "reporting.md"),
    "Contribute": ("contributing.md", "changelog.md"),
    "More": ("*",),
}


def navigation(paths: Collection[str]) -> list[Any]:
    """What mkdocs calls `nav`, of the pages that there are: each once, under the first heading that names it.

    >>> navigation({"index.md", "send/otlp.md", "send/README.md", "new.md"})
    [{'Begin': ['index.md']}, {'Send events': ['send/README.md', 'send/otlp.md']}, {'More': ['new.md']}]
    """
    left = set(paths)
    found: list[Any] = []
    for section, patterns in SECTIONS.items():
        named = [path for pattern in patterns for path in sorted(left) if fnmatchcase(path, pattern)]
        once = list(dict.fromkeys(named))
        left -= set(once)
        found += [{section: once}] if once else []
    return found
