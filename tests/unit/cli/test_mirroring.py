"""Filling the mirror from the command line."""

from io import StringIO
from typing import Any

from rich.console import Console

from infra.cli import main

SPAN = ("mirror", "--from", "2026-11-01", "--to", "2026-11-02", "--tenant", "acme", "--deployment", "prod")


class Stage:
    """Does twelve hours in a call."""

    def __init__(self, refused: int = 0) -> None:
        self.asked: list[dict[str, Any]] = []
        self.where: list[tuple[str, str, str]] = []
        self.refused = refused

    def invoking(self, *where: str) -> Any:
        self.where.append(where)  # type: ignore[arg-type]
        return self.invoke

    def invoke(self, command: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(command)
        is_first = command["from"] == "2026-11-01T00:00:00+00:00"
        following = "2026-11-01T12:00:00+00:00" if is_first else None
        return {"windows": 3, "points": 100, "refused": self.refused, "next": following}


def test_every_resolution_is_filled_to_its_end() -> None:
    stage, screen = Stage(), StringIO()

    code = main(SPAN, Console(file=screen, width=140), stage.invoking)

    assert code == 0
    assert stage.where == [("prod", "Mirror", "TimestreamFunction")]
    assert [(asked["resolution"], asked["from"][11:13]) for asked in stage.asked] == [
        (resolution, hour) for resolution in ("1h", "15m", "5m", "1m") for hour in ("00", "12")
    ]
    assert {(asked["command"], asked["to"], *asked["tenants"]) for asked in stage.asked} == {
        ("backfill", "2026-11-02T00:00:00+00:00", "acme")
    }
    assert "24 windows, 800 points, 0 refused" in screen.getvalue()


def test_points_that_the_engine_refused_are_an_exit_status() -> None:
    stage, screen = Stage(refused=2), StringIO()

    code = main((*SPAN, "--resolution", "1h"), Console(file=screen, width=140), stage.invoking)

    assert code == 1
    assert "4 refused" in screen.getvalue()
