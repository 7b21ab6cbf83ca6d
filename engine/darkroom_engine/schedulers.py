"""Schedulers as the plan names them: of a pipeline, and of a call that has one of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import diffusers
import torch

from darkroom_engine.plan import Call, SchedulerSpec


class UnetFlowMatchScheduler(diffusers.FlowMatchEulerDiscreteScheduler):
    """Flow matching under pipelines of UNets, which ask a scheduler for more than those of transformers."""

    init_noise_sigma = 1.0

    def scale_model_input(self, sample: torch.Tensor, _timestep: Any) -> torch.Tensor:
        return sample


class LatentPrecisionEulerScheduler(diffusers.FlowMatchEulerDiscreteScheduler):
    """Euler's step in the precision of the latents, where the stock one goes through float32."""

    def step(
        self, model_output: torch.Tensor, timestep: Any, sample: torch.Tensor, **_others: Any
    ) -> tuple[torch.Tensor]:
        if self.step_index is None:
            self._init_step_index(timestep)
        now, following = self.sigmas[self.step_index : self.step_index + 2].tolist()
        self._step_index += 1
        return (sample + (following - now) * model_output,)


OWN = {own.__name__: own for own in (LatentPrecisionEulerScheduler, UnetFlowMatchScheduler)}


def make_scheduler(spec: SchedulerSpec, checkpoint: Path | None = None) -> Any:
    """The scheduler of the spec, over the config of this checkpoint where the spec says so."""
    scheduler_class = OWN.get(spec.class_) or getattr(diffusers, spec.class_)
    if spec.base == "none" or checkpoint is None:
        return scheduler_class.from_config(dict(spec.config))
    config = scheduler_class.load_config(checkpoint, subfolder="scheduler", local_files_only=True)
    return scheduler_class.from_config({**config, **spec.config})


@contextmanager
def scheduled(pipeline: Any, call: Call) -> Iterator[None]:
    """While open, the pipeline has the call's own scheduler, where there is one."""
    if call.scheduler is None:
        yield
        return
    usual = pipeline.scheduler
    pipeline.scheduler = make_scheduler(call.scheduler)
    try:
        yield
    finally:
        pipeline.scheduler = usual
