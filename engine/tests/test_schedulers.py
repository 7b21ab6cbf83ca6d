"""Schedulers of ours, step by step."""

from typing import Any

import diffusers
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from darkroom_engine.plan import SchedulerSpec
from darkroom_engine.schedulers import make_scheduler

UNIPC = {
    "num_train_timesteps": 1000,
    "prediction_type": "flow_prediction",
    "use_flow_sigmas": True,
    "flow_shift": 3.0,
    "solver_order": 2,
    "solver_type": "bh2",
}


def unipc() -> Any:
    return make_scheduler(SchedulerSpec(class_="HostCoefficientsUniPCScheduler", base="none", config=UNIPC))


def walk(scheduler: Any, sample: torch.Tensor, steps: int) -> torch.Tensor:
    """Through all steps, with a model that says something of its own in each."""
    scheduler.set_timesteps(steps, device=sample.device)
    for number, time in enumerate(scheduler.timesteps):
        said = (sample * (number + 1)).sin()
        sample = scheduler.step(said, time, sample, return_dict=False)[0]
    return sample


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("steps", [1, 2, 3, 7])
def test_unipc_with_host_coefficients_is_the_stock_one_on_a_cpu(steps: int, dtype: torch.dtype) -> None:
    noise = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1)).to(dtype)
    stock = diffusers.UniPCMultistepScheduler.from_config(UNIPC)
    assert torch.equal(walk(unipc(), noise, steps), walk(stock, noise, steps))


class NumbersBesideLatents(TorchDispatchMode):
    """Where the single float32 numbers are that latents of half precision are computed with."""

    def __init__(self) -> None:
        super().__init__()
        self.devices: set[str] = set()

    def __torch_dispatch__(self, call: Any, _types: Any, values: Any = (), named: Any = None) -> Any:
        tensors = [value for value in values if isinstance(value, torch.Tensor)]
        if any(tensor.dtype == torch.bfloat16 and tensor.dim() == 4 for tensor in tensors):
            self.devices |= {
                tensor.device.type
                for tensor in tensors
                if tensor.dim() == 0 and tensor.dtype == torch.float32
            }
        return call(*values, **(named or {}))


def test_unipcs_coefficients_stay_on_the_host() -> None:
    """A device without values stands for a GPU."""
    scheduler = unipc()
    scheduler.set_timesteps(4, device="cpu")
    times = scheduler.timesteps
    sample = torch.empty(1, 4, 8, 8, dtype=torch.bfloat16, device="meta")
    with NumbersBesideLatents() as beside:
        for time in times:
            sample = scheduler.step(sample, time, sample, return_dict=False)[0]
    assert sample.device.type == "meta"
    assert beside.devices == {"cpu"}
