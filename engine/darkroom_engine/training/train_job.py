"""A training from its command to its end.

    loading ─▶ caching_text ─▶ caching_images ─▶ newest good state, or none
      ┌──────────────────────────────────────────────┘
      ▼
    training ─▶ state ─▶ file ─▶ checkpoint ─▶ sampling ─┐      where a checkpoint is due
      ▲ └────────────────────────────────────────────────┘
      └─▶ done, or after the current step: yielded, canceled, failed

A checkpoint that is due where a training starts again and that the server does not have is written then, so
none is lost and none comes twice.
"""

import hashlib
import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from darkroom_engine.device import free_caches, memory_of, reset_peak
from darkroom_engine.failures import JobFailure, classify, forget_frames, is_out_of_memory
from darkroom_engine.messages import (
    Checkpoint,
    Done,
    LoraFile,
    Report,
    Stage,
    StageReached,
    StepDone,
    Timings,
    Train,
    Warning,
    Yielded,
)
from darkroom_engine.plan import Adapter, PipelineSpec
from darkroom_engine.render import Engine
from darkroom_engine.residency import Resident
from darkroom_engine.training.content_cache import ContentCache
from darkroom_engine.training.dataset import Dataset
from darkroom_engine.training.encoding import EncodedSet
from darkroom_engine.training.lora_file import write_lora
from darkroom_engine.training.plan import TrainingPlan
from darkroom_engine.training.samples import merge_base_adapter, render_samples
from darkroom_engine.training.state import read_newest, write_state
from darkroom_engine.training.trainer import Trainer

REPORT_SECONDS = 1.0


@dataclass
class Run:
    """One attempt at a training."""

    engine: Engine
    command: Train
    resident: Resident
    trainer: Trainer
    done: set[int]
    plan_hash: str
    saved_at: float = field(default_factory=time.monotonic)
    saved_step: int = -1
    train_seconds: float = 0.0

    @property
    def plan(self) -> TrainingPlan:
        return self.command.plan

    @property
    def folder(self) -> Path:
        return Path(self.command.folder)

    def reach(self, stage: Stage, step: int, total: int) -> None:
        self.engine.channel.send(StageReached(self.command.job, stage, step, total))


def run_training(engine: Engine, command: Train) -> Report:
    """Raises JobFailure or JobCanceled, with the state on disk; the pipeline stays usable."""
    reset_peak(engine.device)
    load_seconds = make_resident(engine, command)
    resident = engine.residency.get(command.key)
    assert resident is not None
    run = prepare(engine, command, resident)
    try:
        run.trainer.put_on()
        merge_base_adapter(engine, command, resident, run.plan.method)
        return train(run, load_seconds)
    except BaseException as error:
        if isinstance(error, Exception) and not isinstance(error, JobFailure):
            raise classify(error, "TRAINING_FAILED", f"training {run.plan.name}") from error
        raise
    finally:
        run.trainer.take_off()
        resident.merger.apply([])


def make_resident(engine: Engine, command: Train) -> float:
    engine.stop_if_canceled(command.job)
    if engine.residency.get(command.key) is None:
        engine.channel.send(StageReached(command.job, "loading", 0, 1))
    return engine.residency.load(command.key, command.plan.pipeline)


def prepare(engine: Engine, command: Train, resident: Resident) -> Run:
    """Everything up to the first step."""
    plan, pipeline = command.plan, resident.pipeline
    refuse_fp8(plan.pipeline)
    # What renders have merged is no part of the model.
    resident.merger.apply([])
    model = getattr(pipeline, plan.method.component)
    model.requires_grad_(False)
    dataset = Dataset(plan.items, plan.settings, plan.method.bucket_divisor)
    encoded = encode(engine, command, pipeline, dataset)
    told: set[str] = set()

    def warn(message: str) -> None:
        if message not in told:
            engine.channel.send(Warning(command.job, message))
        told.add(message)

    trainer = Trainer(pipeline, plan, dataset, encoded, engine.device, warn)
    run = Run(engine, command, resident, trainer, set(command.done_epochs), plan_hash_of(plan))
    resume(run, warn)
    return run


def refuse_fp8(spec: PipelineSpec) -> None:
    if spec.quantization is not None and spec.quantization.kind == "fp8":
        raise JobFailure(
            "TRAINING_FAILED",
            f"{spec.model} is held in fp8, through which no gradients go. Set QUANTIZATION={spec.model}=nf4, "
            "or none, and train again.",
        )


def encode(engine: Engine, command: Train, pipeline: Any, dataset: Dataset) -> EncodedSet:
    plan, job = command.plan, command.job
    cache = ContentCache(Path(command.cache.folder), command.cache.bytes)
    encoded = EncodedSet(pipeline, (plan.pipeline, plan.method), cache)

    def reach(stage: Stage) -> Any:
        def on_done(step: int, total: int) -> None:
            engine.stop_if_canceled(job)
            engine.channel.send(StageReached(job, stage, step, total))

        return on_done

    encoded.encode(dataset, reach("caching_text"), reach("caching_images"))
    pipeline.maybe_free_model_hooks()
    free_caches(engine.device)
    return encoded


def resume(run: Run, warn: Any) -> None:
    saved, passed = read_newest(run.folder, run.plan_hash)
    if saved is not None:
        run.trainer.restore(saved)
        run.saved_step = saved.step
    if passed:
        start = f"step {saved.step}" if saved else "the start"
        warn(f"A saved state of this training is incomplete or of another plan; it goes on from {start}.")


def train(run: Run, load_seconds: float) -> Report:
    settings, trainer, engine, job = run.plan.settings, run.trainer, run.engine, run.command.job
    if trainer.step == 0 and 0 not in run.done:
        sample(run, None)
    if is_due(run) and trainer.step not in run.done:
        checkpoint(run)
    run.reach("training", trainer.step, settings.steps)
    meter = Meter(run)
    while trainer.step < settings.steps:
        if engine.inbox.should_stop(job):
            save_state(run)
        engine.stop_if_canceled(job)
        meter.count(update_within_memory(run))
        if is_due(run) or engine.inbox.take_save(job):
            meter.tell()
            checkpoint(run)
            meter.restart()
            if trainer.step < settings.steps:
                run.reach("training", trainer.step, settings.steps)
        elif time.monotonic() - run.saved_at >= settings.state_seconds:
            save_state(run)
        # After a step and not before, so that one who is asked all the time still gets on.
        if engine.inbox.should_yield(job) and trainer.step < settings.steps:
            save_state(run)
            return Yielded(job, trainer.step)
    timings = Timings(load_seconds, 0.0, run.train_seconds)
    return Done(job, timings, engine.residency.loads, engine.merges, memory_of(engine.device))


def is_due(run: Run) -> bool:
    settings, step = run.plan.settings, run.trainer.step
    return step in settings.save_steps or step == settings.steps


class Meter:
    """Tells of steps, once a second at most."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.restart()

    def restart(self) -> None:
        self._since, self._losses = time.monotonic(), []

    def count(self, loss: float) -> None:
        self._losses.append(loss)
        if time.monotonic() - self._since >= REPORT_SECONDS:
            self.tell()

    def tell(self) -> None:
        run, count = self._run, len(self._losses)
        if count == 0:
            return
        seconds = time.monotonic() - self._since
        run.train_seconds += seconds
        finite = [loss for loss in self._losses if math.isfinite(loss)]
        mean = sum(finite) / len(finite) if finite else 0.0
        step, rate = run.trainer.step, run.trainer.rate
        total = run.plan.settings.steps
        run.engine.channel.send(StepDone(run.command.job, step, total, mean, rate, seconds / count))
        self.restart()


def update_within_memory(run: Run) -> float:
    """One update, and once more in a lighter way for each time that memory runs out. Returns its loss."""
    while True:
        try:
            return run.trainer.update()
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            lighter = run.trainer.lighten()
            if lighter is None:
                raise JobFailure(
                    "OUT_OF_MEMORY",
                    "The device ran out of memory for one picture at a time. Train at smaller resolutions or "
                    "a smaller rank, or hold the model in 4 bits: "
                    f"QUANTIZATION={run.plan.pipeline.model}=nf4.",
                ) from error
            forget_frames(error)
        free_caches(run.engine.device)
        message = f"Memory ran out at step {run.trainer.step + 1}; the training goes on with {lighter}."
        run.engine.channel.send(Warning(run.command.job, message))


def save_state(run: Run) -> None:
    trainer = run.trainer
    if run.saved_step != trainer.step:
        tensors, numbers = trainer.state()
        write_state(run.folder, run.plan_hash, trainer.step, tensors, numbers)
    run.saved_at, run.saved_step = time.monotonic(), trainer.step


def checkpoint(run: Run) -> None:
    """State, file, report, samples: in this order nothing is lost whenever the process ends."""
    trainer, job = run.trainer, run.command.job
    run.reach("saving", 0, 1)
    loss = trainer.take_mean_loss()
    save_state(run)
    file = write_lora(run.folder, run.plan, trainer.step, trainer.file_weights())
    run.engine.channel.send(Checkpoint(job, trainer.step, loss, [LoraFile("main", str(file))]))
    run.done.add(trainer.step)
    sample(run, file)


def sample(run: Run, file: Path | None) -> None:
    plan, step = run.plan, run.trainer.step
    if step not in plan.settings.sample_steps or not plan.samples:
        return
    run.trainer.take_off()
    run.reach("sampling", 0, len(plan.samples))
    adapters = [] if file is None else [trained_adapter(plan, file)]
    render_samples(run.engine, run.command, run.resident, adapters, step)
    merge_base_adapter(run.engine, run.command, run.resident, plan.method)
    run.trainer.put_on()


def trained_adapter(plan: TrainingPlan, file: Path) -> Adapter:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    component, family = plan.method.component, plan.method.names or ""
    return Adapter(
        file.name, str(file), digest, component, plan.sample_scale, family=family, targets=[component]
    )


def plan_hash_of(plan: TrainingPlan) -> str:
    """Of what decides the weights at a step. How long a training goes on and what it shows on the way are
    left out, where rates do not depend on them: so it can be extended.
    """
    spec, settings = plan.pipeline, msgspec.to_builtins(plan.settings)
    for name in ("save_steps", "sample_steps", "state_seconds", "checkpointing"):
        settings.pop(name)
    if settings["lr_scheduler"] in ("constant", "constant_with_warmup"):
        settings.pop("steps")
    method = {**msgspec.to_builtins(plan.method), "adapter_path": None}
    base = [spec.repository, spec.revision, spec.variant, spec.dtype, spec.quantization]
    items = [
        [item.sha256, item.caption, [control.sha256 for control in item.controls], item.repeats]
        for item in plan.items
    ]
    return hashlib.sha256(msgspec.json.encode([base, method, settings, items])).hexdigest()
