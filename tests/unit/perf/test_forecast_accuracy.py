"""The M4 measures and files, and ServeGen's folders."""

from pathlib import Path

import numpy as np
import pytest

from perf.accuracy import m4, servegen
from perf.accuracy.errors import inside, mase, msis, naive2, seasonal_scale, smape

DAYS = np.tile(10.0 + np.arange(24), 10)


def test_the_measures_are_those_of_the_competition() -> None:
    actual, forecast = np.array([1.0, 3.0]), np.array([3.0, 3.0])

    assert smape(actual, forecast) == 50
    assert mase(actual, forecast, 2.0) == 0.5
    assert msis(actual, np.array([2.0, 2.0]), np.array([4.0, 4.0]), 2.0) == (2 + 40 / 2) / 2
    assert inside(actual, np.array([2.0, 2.0]), np.array([4.0, 4.0])) == 0.5
    assert seasonal_scale(np.arange(48.0), 24) == 24


def test_naive2_repeats_a_season_and_without_one_the_last_value() -> None:
    noise = np.random.default_rng(1).random(240)

    assert naive2(DAYS, 48, 24) == pytest.approx(DAYS[:48])
    assert naive2(noise, 3, 24) == pytest.approx(noise[-1])


@pytest.mark.parametrize("quote", ['"', ""])
@pytest.mark.parametrize("header", [True, False])
def test_the_files_are_read_as_published(tmp_path: Path, quote: str, header: bool) -> None:
    train, test = tmp_path / "train.csv", tmp_path / "test.csv"
    noisy = DAYS + np.random.default_rng(2).random(240)
    for path, values in ((train, noisy), (test, noisy[:48])):
        names = ["V" + str(number + 1) for number in range(len(values) + 1)]
        rows = ([names] if header else []) + [[name, *map(str, values.tolist())] for name in ("H1", "H2")]
        path.write_text("\n".join(",".join(quote + cell + quote for cell in row) for row in rows) + "\n")

    figures = m4.figures(train, test)

    assert list(figures) == ["owa", "smape", "mase", "msis", "coverage", "ms_per_series"]
    assert sorted(m4.read(train)) == ["H1", "H2"]


def test_what_is_absent_is_skipped_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    m4.main([str(tmp_path / "Hourly-train.csv")])
    servegen.main([str(tmp_path)])

    assert capsys.readouterr().out.count('{"skipped": ') == 2


def test_the_rates_of_a_folders_clients_are_added_up_by_hour(tmp_path: Path) -> None:
    rows = "".join(f"{step * 600},1.5,1,Gamma,1,1\n" for step in range(170 * 6))
    for client in range(2):
        (tmp_path / f"chunk-{client}-trace.csv").write_text(rows)

    (rates,) = servegen.hourly(tmp_path).values()

    assert rates == pytest.approx(np.full(170, 3.0))
