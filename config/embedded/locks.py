"""Locks between processes that the kernel gives back when their holder dies, however it dies."""

import fcntl
import os
from pathlib import Path
from types import TracebackType


class Lock:
    """A lock on a file: shared by many, or held by one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Takes the lock; False when somebody else holds it and `wait` is False."""
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(file)
            return False
        except BaseException:
            os.close(file)
            raise
        self.release()
        self._file = file
        return True

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def can_be_taken(self, *, shared: bool = False) -> bool:
        """Whether nobody is in the way at this moment."""
        probe = Lock(self.path)
        free = probe.take(shared=shared, wait=False)
        probe.release()
        return free

    def __enter__(self) -> "Lock":
        self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
