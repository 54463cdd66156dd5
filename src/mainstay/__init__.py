"""Mainstay: a churn model that is always releasable.

What the last digits of floats depend on is fixed here, because it must be fixed before numpy loads:
threads, and the BLAS kernel, which would otherwise follow the processor's model.
"""

import os
import platform
from pathlib import Path


def kernel(processor: Path) -> str:
    """OpenBLAS's name of the one kernel of all x86-64 processors with AVX2 (since 2013), or of all without.

    The first trains in four fifths of the second's time. A processor that does not say what it can has the second.
    """
    try:
        with processor.open(encoding="utf-8") as file:
            able = file.read(8192).split()  # the first core's lines; all of them would be read at every start
    except OSError:
        able = []
    return "Haswell" if {"avx2", "fma"} <= set(able) else "Nehalem"


FLOATS_DEPEND_ON = {
    "OMP_NUM_THREADS": "2",
    "OMP_WAIT_POLICY": "passive",  # spinning threads on shared cores cost boosting a factor of twenty
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
if platform.machine() in ("x86_64", "AMD64"):
    FLOATS_DEPEND_ON["OPENBLAS_CORETYPE"] = kernel(Path("/proc/cpuinfo"))

os.environ.update(FLOATS_DEPEND_ON)
