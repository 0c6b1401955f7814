"""What the hub costs and how often it is right. Figures are of one core: numpy's linear algebra gets one thread."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
