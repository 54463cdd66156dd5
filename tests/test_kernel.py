"""The BLAS kernel is fixed: by what a processor can do, not by its model."""

import os

import pytest
from threadpoolctl import threadpool_info

import mainstay

CPUINFO = "processor\t: 0\nmodel name\t: Some CPU\nflags\t\t: fpu sse4_2 {}\n\nprocessor\t: 1\nflags\t\t: fpu\n"


@pytest.mark.parametrize(
    ("able", "kernel"),
    [("avx avx2 fma", "Haswell"), ("fma avx avx2 avx512f", "Haswell"), ("avx fma", "Nehalem"), ("avx2", "Nehalem")],
)
def test_processors_with_the_same_abilities_have_one_kernel(tmp_path, able, kernel):
    (tmp_path / "cpuinfo").write_text(CPUINFO.format(able))
    assert mainstay.kernel(tmp_path / "cpuinfo") == kernel


def test_a_processor_that_does_not_tell_what_it_can_has_the_kernel_of_all(tmp_path):
    assert mainstay.kernel(tmp_path / "cpuinfo") == "Nehalem"


def test_numpy_and_scipy_use_the_kernel_that_is_fixed():
    import scipy.linalg  # noqa: F401 - loads scipy's own copy of the library

    used = {it["architecture"] for it in threadpool_info() if it["internal_api"] == "openblas"}
    wanted = mainstay.FLOATS_DEPEND_ON.get("OPENBLAS_CORETYPE")
    assert os.environ.get("OPENBLAS_CORETYPE") == wanted
    assert wanted is None or used == {wanted}
