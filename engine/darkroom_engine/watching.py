"""See inside a running call without changing it: phases, steps, latents, and the point where it may be
stopped.

Methods are wrapped on the instance for the time of one call, so the class, and every other call, stays as it
was.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

from darkroom_engine.messages import Phase

OnPhase = Callable[[Phase, int, int], None]
OnStep = Callable[[int, torch.Tensor | None], None]


@contextmanager
def watched(pipeline: Any, steps: int, on_phase: OnPhase, on_step: OnStep) -> Iterator[dict[str, Any]]:
    """Yields the extra keyword arguments for the call.

    `on_phase` hears (phase, step, total); `on_step` gets the number of finished steps and the latents, where
    the pipeline shows them. Either may raise to stop the call at that point.
    """
    total_of = lambda: int(getattr(pipeline, "_num_timesteps", None) or steps)  # noqa: E731

    def finished(step: int, latents: torch.Tensor | None) -> None:
        on_phase("denoising", step, total_of())
        on_step(step, latents)

    with before(pipeline, "encode_prompt", lambda: on_phase("encoding", 0, 1)):
        decoder = getattr(pipeline, "vae", None)
        with before(decoder, "decode", lambda: on_phase("decoding", 0, 1)):
            if has_step_callback(pipeline):
                yield {"callback_on_step_end": step_callback(finished)}
            else:
                with counted(pipeline.scheduler, finished):
                    yield {}


def has_step_callback(pipeline: Any) -> bool:
    return "callback_on_step_end" in inspect.signature(type(pipeline).__call__).parameters


def step_callback(finished: OnStep) -> Callable[..., dict[str, Any]]:
    def callback(_pipeline: Any, step: int, _timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        finished(step + 1, tensors.get("latents"))
        # Handing nothing back leaves the pipeline's own tensors in place.
        return {}

    return callback


@contextmanager
def before(owner: Any, method: str, act: Callable[[], None]) -> Iterator[None]:
    """Call `act` before each call of `owner.method`; nothing happens when there is no such method."""
    original = getattr(owner, method, None)
    if original is None:
        yield
        return

    def wrapper(*arguments: Any, **named: Any) -> Any:
        act()
        return original(*arguments, **named)

    with replaced(owner, method, wrapper):
        yield


@contextmanager
def counted(scheduler: Any, finished: OnStep) -> Iterator[None]:
    """Count `scheduler.step`, for pipelines without a step callback."""
    original = scheduler.step
    done = 0

    def wrapper(*arguments: Any, **named: Any) -> Any:
        nonlocal done
        result = original(*arguments, **named)
        done += 1
        finished(done, None)
        return result

    with replaced(scheduler, "step", wrapper):
        yield


@contextmanager
def replaced(owner: Any, method: str, wrapper: Callable[..., Any]) -> Iterator[None]:
    had_own = method in vars(owner)
    previous = getattr(owner, method)
    object.__setattr__(owner, method, wrapper)
    try:
        yield
    finally:
        if had_own:
            object.__setattr__(owner, method, previous)
        else:
            object.__delattr__(owner, method)
