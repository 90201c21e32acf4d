"""Windows: a job object bounds what a process may use, a label of low integrity keeps it from writing.

Never tried on Windows. Reading and the network are not confined: that would take an app container.
"""

import ctypes
import os
import sys
from typing import Any

from .policy import Start
from .reading import readable_paths, system_paths

_EXTENDED_LIMITS, _UI_RESTRICTIONS = 9, 4
_PROCESS_TIME, _ACTIVE_PROCESSES, _PROCESS_MEMORY = 0x2, 0x8, 0x100
_NO_ERROR_WINDOW, _KILL_ON_CLOSE = 0x400, 0x2000
_ALL_UI = 0xFF
_LOW = "S-1-16-4096"
_LOW_LABEL = "S:(ML;OICI;NW;;;LW)"
_TOKEN_RIGHTS = 0x0080 | 0x0008  # to adjust defaults, to query
_INTEGRITY_LEVEL, _SE_GROUP_INTEGRITY = 25, 0x20
_FILE_OBJECT, _LABEL_INFORMATION = 1, 0x10
_SECONDS = 600
"""Of processor time; the server ends what takes longer than its request may."""


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("basic", BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


class TokenLabel(ctypes.Structure):
    """TOKEN_MANDATORY_LABEL."""

    _fields_ = (("sid", ctypes.c_void_p), ("attributes", ctypes.c_uint32))


class JobAndLabel:
    """The confinement of a worker for one request. `kernel` and `security` are the two libraries, for tests."""

    def __init__(self, start: Start, kernel: Any = None, security: Any = None) -> None:
        self._start = start
        self._kernel = kernel or _library("kernel32")
        self._security = security or _library("advapi32")
        self.readable = (*system_paths(start.network), *readable_paths(start.readable))
        self.missing = (
            ("everything: the sandbox is off",)
            if start.mode == "off"
            else ("reading and the network: Windows confines them only in app containers",)
        )

    def has(self, layer: str) -> bool:
        """Whether a layer is in force."""
        wanted = ("limits", "audit") if self._start.layers is None else self._start.layers
        return self._start.mode != "off" and layer in wanted

    def confine_zygote(self) -> None:
        """Nothing: a label could not be lowered twice, and the folder is still to be prepared."""

    def confine_worker(self, folder: str) -> None:
        """Confine this process for good, to writing in `folder`. Raises `OSError`."""
        if self._start.mode == "off":
            return
        self._label(folder)
        self._join_job()
        self._lower_integrity()

    def _label(self, folder: str) -> None:
        """Let processes of low integrity write in `folder`."""
        descriptor, sacl = ctypes.c_void_p(), ctypes.c_void_p()
        present, defaulted = ctypes.c_int(), ctypes.c_int()
        self._checked(
            self._security.ConvertStringSecurityDescriptorToSecurityDescriptorW(
                ctypes.c_wchar_p(_LOW_LABEL), 1, ctypes.byref(descriptor), None
            )
        )
        self._checked(
            self._security.GetSecurityDescriptorSacl(
                descriptor, ctypes.byref(present), ctypes.byref(sacl), ctypes.byref(defaulted)
            )
        )
        failed = self._security.SetNamedSecurityInfoW(
            ctypes.c_wchar_p(folder), _FILE_OBJECT, _LABEL_INFORMATION, None, None, None, sacl
        )
        self._kernel.LocalFree(descriptor)
        self._checked(not failed)

    def _join_job(self) -> None:
        """Bound this process, and let nothing come from it. The job's handle is kept open until it ends."""
        limits = ExtendedLimits()
        limits.basic.flags = _PROCESS_TIME | _ACTIVE_PROCESSES | _PROCESS_MEMORY | _NO_ERROR_WINDOW | _KILL_ON_CLOSE
        limits.basic.process_time = _SECONDS * 10_000_000
        limits.basic.active_processes = 1
        limits.process_memory = self._start.limits.memory_bytes + (256 << 20)  # what the interpreter has already
        restrictions = ctypes.c_uint32(_ALL_UI)
        job = ctypes.c_void_p(self._checked(self._kernel.CreateJobObjectW(None, None)))
        for kind, value in ((_EXTENDED_LIMITS, limits), (_UI_RESTRICTIONS, restrictions)):
            self._checked(self._kernel.SetInformationJobObject(job, kind, ctypes.byref(value), ctypes.sizeof(value)))
        itself = ctypes.c_void_p(self._kernel.GetCurrentProcess())
        self._checked(self._kernel.AssignProcessToJobObject(job, itself))

    def _lower_integrity(self) -> None:
        """Give up writing to whatever is not of low integrity itself."""
        token, sid = ctypes.c_void_p(), ctypes.c_void_p()
        itself = ctypes.c_void_p(self._kernel.GetCurrentProcess())
        self._checked(self._security.OpenProcessToken(itself, _TOKEN_RIGHTS, ctypes.byref(token)))
        self._checked(self._security.ConvertStringSidToSidW(ctypes.c_wchar_p(_LOW), ctypes.byref(sid)))
        label = TokenLabel(sid, _SE_GROUP_INTEGRITY)
        size = ctypes.sizeof(label) + self._security.GetLengthSid(sid)
        self._checked(self._security.SetTokenInformation(token, _INTEGRITY_LEVEL, ctypes.byref(label), size))
        self._kernel.LocalFree(sid)
        self._kernel.CloseHandle(token)

    def _checked(self, result: Any) -> Any:
        """`result`, or `OSError` where it says that the call failed."""
        if not result:
            code = self._kernel.GetLastError()
            raise OSError(code, f"Windows error {code} while confining {os.getpid()}")
        return result


def _library(name: str) -> Any:
    """A library of the system, with handles as wide as pointers."""
    if sys.platform != "win32":
        raise OSError(f"{name} is of Windows")
    library = ctypes.WinDLL(name, use_last_error=False)
    for function in ("CreateJobObjectW", "GetCurrentProcess"):
        if name == "kernel32":
            getattr(library, function).restype = ctypes.c_void_p
    return library
