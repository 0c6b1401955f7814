"""`hub learn` asks until nothing is left to fold."""

import pytest
from rich.console import Console

from infra import learning
from infra.cli import main


def test_it_asks_until_all_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "PAUSE_SECONDS", 0)
    answers = [
        {"windows": 24, "opened": 2, "alerted": 0, "next": "2026-11-22T12:00Z"},
        {"windows": 3, "opened": 0, "alerted": 0, "next": "2026-11-22T12:15Z"},
        {"windows": 0, "opened": 0, "alerted": 0, "next": "2026-11-22T12:15Z"},
    ]
    asked, console = [], Console(record=True, width=100)

    def invoke(command: dict[str, object]) -> dict[str, object]:
        asked.append(command)
        return answers[len(asked) - 1]

    status = main(["learn", "--from", "2026-11-22T10:00:00Z"], console, lambda *_where: invoke)

    assert status == 0
    assert asked == [
        {"command": "learn", "from": "2026-11-22T10:00:00+00:00"},
        {"command": "status"},
        {"command": "status"},
    ]
    assert "all is folded up to 2026-11-22T12:15Z" in console.export_text()


def test_an_instant_without_an_offset_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["learn", "--from", "2026-11-22T10:00:00"], Console(), lambda *_where: lambda _command: {})

    assert "--from" in capsys.readouterr().err
