from hypothesis import given
from hypothesis import strategies as st

from refute.model.threads import ThreadGovernor


def compute(governor: ThreadGovernor, cores: float, seconds: float) -> None:
    """Compute for a while on a machine that has `cores` to give."""
    for _ in range(int(seconds / 0.1)):
        governor.observe(0.1, 0.1 * min(cores, governor.threads))


def test_threads_that_get_their_cores_stay() -> None:
    governor = ThreadGovernor(8)
    compute(governor, cores=8, seconds=60)
    assert governor.threads == 8


def test_threads_are_given_up_where_another_program_takes_a_core() -> None:
    governor = ThreadGovernor(2)
    compute(governor, cores=1.2, seconds=1)
    assert governor.threads == 1


def test_they_come_back_once_the_machine_is_free_again() -> None:
    governor = ThreadGovernor(8)
    compute(governor, cores=2, seconds=5)
    assert governor.threads <= 3
    compute(governor, cores=8, seconds=60)
    assert governor.threads == 8


def test_attempts_become_rarer_where_they_fail() -> None:
    governor = ThreadGovernor(2)
    attempts = 0
    for _ in range(600):
        compute(governor, cores=1.2, seconds=0.1)
        attempts += governor.threads == 2
    assert 0 < attempts < 60


@given(most=st.integers(1, 64), computations=st.lists(st.tuples(st.floats(0, 5), st.floats(0, 200))))
def test_there_is_always_one_thread_and_never_more_than_allowed(
    most: int, computations: list[tuple[float, float]]
) -> None:
    governor = ThreadGovernor(most)
    assert all(1 <= governor.observe(wall, cpu) <= most for wall, cpu in computations)
