"""The BPF programs, run by an interpreter of our own over every system call of both architectures."""

import errno
import struct
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.worker.linux.syscalls import LAST_KNOWN, NUMBERS, numbers

if sys.platform != "linux":
    pytest.skip("seccomp is of Linux", allow_module_level=True)

from refute.worker.linux.seccomp import ALLOW, ERRNO, KILL, Policy, program, worker_policy, zygote_policy

PID = 4242
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
MACHINES = list(AUDIT)
REFUSED = ERRNO | errno.EPERM
ABSENT = ERRNO | errno.ENOSYS


def run(code: bytes, number: int, architecture: int, arguments: tuple[int, ...] = ()) -> int:
    """What the program returns, by the rules of classic BPF as seccomp allows it."""
    words = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("=iIQ6Q", number if number < 1 << 31 else number - (1 << 32), architecture, 0, *words)
    accumulator, position = 0, 0
    while True:
        operation, if_true, if_false, operand = struct.unpack_from("HBBI", code, 8 * position)
        position += 1
        if operation == 0x20:
            assert operand % 4 == 0
            assert operand < len(data)
            (accumulator,) = struct.unpack_from("I", data, operand)
        elif operation == 0x54:
            accumulator &= operand
        elif operation == 0x06:
            return int(operand)
        else:
            test = {0x15: accumulator == operand, 0x25: accumulator > operand, 0x35: accumulator >= operand}[operation]
            position += if_true if test else if_false


def compiled(policy: Policy, machine: str) -> bytes:
    code = program(policy, machine)
    assert len(code) % 8 == 0
    assert len(code) // 8 < 4096  # what the kernel accepts
    return code


@pytest.mark.parametrize("machine", MACHINES)
def test_every_system_call_gets_what_the_policy_says(machine: str) -> None:
    policy = worker_policy(PID, "refuse")
    code = compiled(policy, machine)
    names = {number: name for name, number in numbers(machine).items()}
    for number in range(LAST_KNOWN + 200):
        name = names.get(number)
        answer = run(code, number, AUDIT[machine])
        if number > LAST_KNOWN or name == "clone3":
            assert answer == ABSENT, number
        elif name is None:
            assert answer == ALLOW, number
        elif name not in policy.checked:
            assert answer == REFUSED, name


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("name", "arguments", "allowed"),
    [
        ("kill", (PID,), True),
        ("kill", (1,), False),
        ("kill", (2**32 - 1,), False),
        ("kill", (0,), False),
        ("tgkill", (PID, PID, 6), True),
        ("tgkill", (PID + 1, PID, 6), False),
        ("clone", (0x3D0F00,), True),
        ("clone", (17,), False),
        ("clone", (0x10000 | 0x10000000,), False),
        ("socketpair", (1, 1), True),
        ("socketpair", (1, 1 | 0x80000), True),
        ("socketpair", (1, 2), False),
        ("socketpair", (1, 5), False),
        ("socketpair", (2, 1), False),
        ("prlimit64", (0, 7), True),
        ("prlimit64", (1, 7), False),
        ("fcntl", (3, 1), True),
        ("fcntl", (3, 8), False),
        ("fcntl", (3, 10), False),
        ("ioctl", (0, 0x5401), True),
        ("ioctl", (0, 0x5412), False),
        ("prctl", (15,), True),
        ("prctl", (1,), False),
        ("sched_setaffinity", (PID,), True),
        ("sched_setaffinity", (PID + 1,), False),
        ("socket", (2, 1), False),
        ("execve", (), False),
        ("ptrace", (), False),
    ],
)
def test_arguments_decide(machine: str, name: str, arguments: tuple[int, ...], allowed: bool) -> None:
    code = compiled(worker_policy(PID, "fake"), machine)
    assert run(code, numbers(machine)[name], AUDIT[machine], arguments) == (ALLOW if allowed else REFUSED)


@pytest.mark.parametrize("machine", MACHINES)
def test_with_the_network_only_ports_can_be_connected_to(machine: str) -> None:
    strict, open_ = worker_policy(PID, "fake"), worker_policy(PID, "fake", network=True)
    code, table = compiled(open_, machine), numbers(machine)
    assert {name for name in table if open_.refused.get(name) != strict.refused.get(name)} == {"socket", "connect"}
    assert run(code, table["connect"], AUDIT[machine], (3,)) == ALLOW
    for family, kind, answer in (
        (2, 1, ALLOW),
        (10, 2, ALLOW),
        (2, 1 | 0x80800, ALLOW),
        (2, 3, REFUSED),
        (1, 1, REFUSED),
        (16, 3, REFUSED),
    ):
        assert run(code, table["socket"], AUDIT[machine], (family, kind)) == answer, (family, kind)


@given(st.sampled_from(MACHINES), st.integers(0, 2**32 - 1), st.integers(0, 600))
def test_another_architecture_is_killed(machine: str, architecture: int, number: int) -> None:
    if architecture != AUDIT[machine]:
        assert run(program(worker_policy(PID, "fake"), machine), number, architecture) == KILL


@given(st.integers(0, 600))
def test_the_x32_calls_are_killed(number: int) -> None:
    assert run(program(worker_policy(PID, "fake"), "x86_64"), 0x40000000 | number, AUDIT["x86_64"]) == KILL


@pytest.mark.parametrize("machine", MACHINES)
def test_a_zygote_may_fork_and_confine_but_not_connect(machine: str) -> None:
    code = compiled(zygote_policy(), machine)
    table = numbers(machine)
    for name in ("clone", "kill", "seccomp", "landlock_restrict_self", "prlimit64", "fchmod"):
        assert run(code, table[name], AUDIT[machine], (17,)) == ALLOW, name
    for name in ("socket", "execve", "ptrace", "mount", "unshare", "bpf"):
        assert run(code, table[name], AUDIT[machine]) == REFUSED, name


@pytest.mark.parametrize(("metadata", "answer"), [("refuse", REFUSED), ("fake", ERRNO), ("allow", ALLOW)])
def test_changes_of_metadata_are_refused_faked_or_allowed(metadata: str, answer: int) -> None:
    code = program(worker_policy(PID, metadata), "aarch64")  # type: ignore[arg-type]  # one of the three, see above
    for name in ("fchmod", "fchownat", "utimensat", "setxattr"):
        assert run(code, numbers("aarch64")[name], AUDIT["aarch64"]) == answer


def test_other_architectures_have_no_program() -> None:
    with pytest.raises(ValueError, match="riscv64"):
        program(worker_policy(1, "fake"), "riscv64")


def test_no_two_calls_share_a_number() -> None:
    for machine in MACHINES:
        table = numbers(machine)
        assert len(set(table.values())) == len(table)
    assert set(numbers("aarch64")) < set(NUMBERS)
