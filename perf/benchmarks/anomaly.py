"""CPU of judging one window of 1,000 series that have lived a day, a mix of measures, and the bytes kept of each."""

import time
from statistics import median

import numpy as np

from shared.anomalies.detector import judge
from shared.anomalies.state import BYTES_PER_SERIES, DetectorState
from shared.anomalies.transforms import Transform

SERIES = 1_000
WARM_UP = 300
WINDOWS = 100
RESOLUTION = 5


def measure() -> dict[str, float]:
    random = np.random.default_rng(1)
    transforms = np.resize(np.array(list(Transform), np.int8), SERIES)
    level = random.lognormal(0, 1, SERIES)
    state, seconds = DetectorState.empty(SERIES), []
    for window in range(WARM_UP + WINDOWS):
        values = level * random.lognormal(0, 0.3, SERIES)
        start = np.full(SERIES, window * RESOLUTION, np.int64)
        started = time.process_time()
        state, _ = judge(state, start, RESOLUTION, values, transforms)
        seconds.append(time.process_time() - started)
    return {
        "judge_us": round(median(seconds[WARM_UP:]) / SERIES * 1e6, 3),
        "state_bytes": float(BYTES_PER_SERIES),
    }
