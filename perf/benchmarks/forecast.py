"""CPU of forecasting a day ahead from 90 days of hours, as the hourly stage does for every live series.

A 1,769 MB Lambda has one vCPU; 5,000 series in 10 minutes leave 120 ms for each. Memory is that of the whole process.
"""

import resource
import time
from statistics import median

import numpy as np
from numpy.typing import NDArray

from shared.forecasts.forecast import forecast

HOURS, HORIZON = 90 * 24, 24
SERIES, FLEET = 40, 5_000
WARM_UP = 3


def measure() -> dict[str, float]:
    random = np.random.default_rng(6)
    seconds = [_seconds(_series(random)) for _ in range(WARM_UP + SERIES)][WARM_UP:]
    return {
        "ms_per_series": round(median(seconds) * 1000, 1),
        "mean_ms_per_series": round(sum(seconds) / SERIES * 1000, 1),
        "fleet_minutes": round(sum(seconds) / SERIES * FLEET / 60, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _series(random: np.random.Generator) -> NDArray[np.float64]:
    """Requests with a day, a week, noise that hangs together and a gap."""
    hours = np.arange(HOURS)
    shape = 2 + np.sin(2 * np.pi * hours / 24) + 0.5 * np.sin(2 * np.pi * hours / 168)
    noise = np.convolve(random.standard_normal(HOURS + 23), 0.8 ** np.arange(24), "valid")
    series = random.poisson(random.lognormal(3, 2) * shape * np.exp(0.1 * noise)).astype(np.float64)
    series[random.integers(HOURS - 30) :][:12] = np.nan
    return series


def _seconds(series: NDArray[np.float64]) -> float:
    started = time.process_time()
    forecast(series, horizon=HORIZON)
    return time.process_time() - started
