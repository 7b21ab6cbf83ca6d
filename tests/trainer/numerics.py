"""The same arithmetic on every x86 machine, as far as can be asked, and a digest that tells whether it is.

Each generation of CPUs sums bfloat16 in another order and to another precision: the same code gives pictures
that differ by some levels in half of their values. AVX2, which all of them have, is the common ground. On a
GPU both sides take the kernels that give the same sums each time.
"""

import os
from hashlib import sha256

COMMON = {
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_CBWR": "AVX2",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
}


def on_common_ground() -> None:
    """Ask for it. To be called before torch is imported."""
    os.environ.update(COMMON)

    import torch

    torch.set_num_threads(1)
    torch.backends.cudnn.deterministic = True


def digest() -> str:
    """Of what this machine makes of some sums in bfloat16 and float32. Equal digests: equal pictures."""
    import torch
    from torch.nn import functional

    parts = []
    for dtype in (torch.float32, torch.bfloat16):
        values = torch.linspace(-2, 2, 4 * 96 * 64).reshape(4, 96, 64).sin().to(dtype)
        weight = torch.linspace(-1, 1, 64 * 64).reshape(64, 64).cos().to(dtype)
        mixed = functional.linear(values, weight)
        seen = functional.scaled_dot_product_attention(mixed[:, None], values[:, None], values[:, None])
        curved = functional.gelu(seen, approximate="tanh") + torch.tanh(seen) + functional.silu(seen)
        kernel = weight.reshape(64, 64, 1)
        folded = functional.conv1d(curved[:, 0].transpose(1, 2), kernel).softmax(-1)
        parts.append(folded.float().numpy().tobytes())
    return sha256(b"".join(parts)).hexdigest()[:16]
