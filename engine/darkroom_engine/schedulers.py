"""Schedulers as the plan names them: of a pipeline, and of a call that has one of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import diffusers
import torch

from darkroom_engine.plan import Call, SchedulerSpec


class UnetFlowMatchScheduler(diffusers.FlowMatchEulerDiscreteScheduler):
    """Flow matching under pipelines of UNets, which ask a scheduler for more than those of transformers."""

    init_noise_sigma = 1.0

    def scale_model_input(self, sample: torch.Tensor, _timestep: Any) -> torch.Tensor:
        return sample

    def add_noise(self, original: torch.Tensor, noise: torch.Tensor, timesteps: torch.Tensor) -> torch.Tensor:
        return self.scale_noise(original, timesteps, noise)


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


class Span(NamedTuple):
    """From one noise level to another, in UniPC's terms; single numbers are tensors on the host."""

    length: torch.Tensor
    """h: the distance between the logarithms of signal to noise."""
    growth: torch.Tensor
    """e^-h - 1."""
    weight: torch.Tensor
    """What a slope is multiplied by."""
    straight: torch.Tensor
    """The sample at the end, of first order."""
    distances: list[torch.Tensor]
    """Of earlier outputs of the model, in units of h."""
    slopes: list[torch.Tensor]
    """Towards them."""


class HostCoefficientsUniPCScheduler(diffusers.UniPCMultistepScheduler):
    """UniPC of flow matching, of order 2 at most, with its coefficients on the host, as the trainer has it
    (its hidream/src/schedulers/fm_solvers_unipc.py).

    A GPU multiplies latents of half precision by a number of the host in float32, and by one in its own
    memory, where the stock scheduler has them, in half precision. On a CPU the two are the same.
    """

    def multistep_uni_p_bh_update(
        self, model_output: torch.Tensor, *, sample: torch.Tensor, order: int
    ) -> torch.Tensor:
        """The next sample, from what the model has said so far."""
        span = self._span(sample, self.step_index, self.step_index + 1, order)
        half = torch.full((1,), 0.5, dtype=sample.dtype, device=sample.device)
        bend = weighted(half, span.slopes) if span.slopes else 0
        return (span.straight - span.weight * bend).to(sample.dtype)

    def multistep_uni_c_bh_update(
        self,
        this_model_output: torch.Tensor,
        *,
        last_sample: torch.Tensor,
        this_sample: torch.Tensor,
        order: int,
    ) -> torch.Tensor:
        """This sample once more, with what the model says of it."""
        span = self._span(last_sample, self.step_index - 1, self.step_index, order)
        shares = correction_shares(span, this_sample.device).to(last_sample.dtype)
        bend = weighted(shares[:-1], span.slopes) if span.slopes else 0
        slope = this_model_output - self.model_outputs[-1]
        return (span.straight - span.weight * (bend + shares[-1] * slope)).to(last_sample.dtype)

    def _span(self, sample: torch.Tensor, start: int, end: int, order: int) -> Span:
        clearness, newest = 1 - self.sigmas[end], self.model_outputs[-1]
        length = self._place(end) - self._place(start)
        growth = torch.expm1(-length)
        straight = self.sigmas[end] / self.sigmas[start] * sample - clearness * growth * newest
        distances = [(self._place(start - back) - self._place(start)) / length for back in range(1, order)]
        slopes = [
            (self.model_outputs[-1 - back] - newest) / distance
            for back, distance in enumerate(distances, start=1)
        ]
        return Span(length, growth, clearness * growth, straight, distances, slopes)

    def _place(self, index: int) -> torch.Tensor:
        """Half the logarithm of the ratio of signal to noise."""
        return torch.log(1 - self.sigmas[index]) - torch.log(self.sigmas[index])


def correction_shares(span: Span, device: torch.device) -> torch.Tensor:
    """How much each slope counts in UniPC's correction, that of the newest output last."""
    if not span.distances:
        return torch.full((1,), 0.5, device=device)
    places = torch.tensor([*span.distances, 1.0], device=device)
    powers, wanted, factorial = [], [], 1
    rest = span.growth / -span.length - 1
    for power in range(len(places)):
        powers.append(torch.pow(places, power))
        wanted.append(rest * factorial / span.growth)
        factorial *= power + 2
        rest = rest / -span.length - 1 / factorial
    return torch.linalg.solve(torch.stack(powers), torch.tensor(wanted, device=device))


def weighted(shares: torch.Tensor, slopes: list[torch.Tensor]) -> torch.Tensor:
    return torch.einsum("k,bkc...->bc...", shares, torch.stack(slopes, dim=1))


OWN = {
    own.__name__: own
    for own in (HostCoefficientsUniPCScheduler, LatentPrecisionEulerScheduler, UnetFlowMatchScheduler)
}


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
