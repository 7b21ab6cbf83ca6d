"""Errors that end a job, with the code and the sentence that a person gets to see."""

import errno
import traceback

from darkroom_engine.messages import FailureCode


class JobFailure(Exception):
    """A job cannot go on. `message` says what was received, what would do, and what to do about it."""

    def __init__(self, code: FailureCode, message: str, retryable: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable


class JobCanceled(BaseException):
    """Raised inside a pipeline at a step boundary.

    A BaseException, so that no `except Exception` inside a library swallows it.
    """


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` says that the device, or the host, has no memory left."""
    import torch

    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error)
    return isinstance(error, RuntimeError) and (
        "out of memory" in text or "can't allocate memory" in text or "CUBLAS_STATUS_ALLOC_FAILED" in text
    )


def classify(error: BaseException, fallback: FailureCode, doing: str) -> JobFailure:
    """The failure that a job reports for `error`, raised while `doing` something (a phrase such as 'loading
    flux').
    """
    if isinstance(error, JobFailure):
        return error
    if is_out_of_memory(error):
        return JobFailure(
            "OUT_OF_MEMORY",
            f"The device ran out of memory while {doing}. Use a smaller size, fewer frames, or "
            "OFFLOAD_MODE=model.",
            retryable=True,
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return JobFailure(
            "STORAGE_FULL",
            f"The disk is full while {doing}: {error}. Free space, then try again.",
            retryable=True,
        )
    detail = str(error).strip() or "no further text"
    return JobFailure(fallback, f"{type(error).__name__} while {doing}: {detail}")


def forget_frames(error: BaseException | None) -> None:
    """Let go of the tensors that the tracebacks of a failed call hold: else memory that ran out stays out."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        traceback.clear_frames(error.__traceback__)
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
