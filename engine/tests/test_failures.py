"""Which code a person gets to see for which error."""

import errno

import pytest
import torch

from darkroom_engine.failures import JobFailure, classify


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), "OUT_OF_MEMORY", True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), "OUT_OF_MEMORY", True),
        (MemoryError(), "OUT_OF_MEMORY", True),
        (OSError(errno.ENOSPC, "No space left on device"), "STORAGE_FULL", True),
        (ValueError("bad size"), "RENDER_FAILED", False),
        (JobFailure("LORA_INVALID", "cut"), "LORA_INVALID", False),
    ],
)
def test_errors_become_codes(error: Exception, code: str, retryable: bool) -> None:
    failure = classify(error, "RENDER_FAILED", "rendering prompt 0")
    assert (failure.code, failure.retryable) == (code, retryable)
    assert failure.message
