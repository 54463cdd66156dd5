"""Mainstay: a churn model that is always releasable.

What the last digits of floats depend on is fixed here, because it must be fixed before numpy loads:
threads, and the BLAS kernel, which would otherwise follow the processor's model.
"""

import os
import platform

FLOATS_DEPEND_ON = {
    "OMP_NUM_THREADS": "2",
    "OMP_WAIT_POLICY": "passive",  # spinning threads on shared cores cost boosting a factor of twenty
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
if platform.machine() in ("x86_64", "AMD64"):
    FLOATS_DEPEND_ON["OPENBLAS_CORETYPE"] = "Nehalem"  # every x86-64 processor in use has this kernel

os.environ.update(FLOATS_DEPEND_ON)
