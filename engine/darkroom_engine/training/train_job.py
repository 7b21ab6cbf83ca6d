"""A training from its command to its end.

    loading ─▶ caching_text ─▶ caching_images ─▶ newest good state, or none
      ┌──────────────────────────────────────────────┘
      ▼
    training ─▶ state ─▶ file ─▶ checkpoint ─▶ sampling ─┐      where a checkpoint is due
      ▲ └────────────────────────────────────────────────┘
      └─▶ done, or after the current step: yielded, canceled, failed

A checkpoint that is due where a training starts again, and earlier ones that the server does not have with
all their samples, are told of then: none is lost and none comes twice.
"""

import hashlib
import math
import time
from pathlib import Path
from typing import Any

import msgspec

from darkroom_engine.device import free_caches, memory_of, reset_peak
from darkroom_engine.failures import JobFailure, classify, forget_frames
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
from darkroom_engine.plan import Adapter
from darkroom_engine.render import Engine
from darkroom_engine.residency import Resident
from darkroom_engine.training.content_cache import ContentCache
from darkroom_engine.training.dataset import Dataset
from darkroom_engine.training.encoding import EncodedSet
from darkroom_engine.training.holding import HOLDS, can
from darkroom_engine.training.lora_file import lora_file, write_lora
from darkroom_engine.training.plan import TrainingPlan
from darkroom_engine.training.run import Run
from darkroom_engine.training.samples import render_samples
from darkroom_engine.training.state import read_newest
from darkroom_engine.training.trainer import Trainer
from darkroom_engine.training.within_memory import update_within_memory

REPORT_SECONDS = 1.0


def run_training(engine: Engine, command: Train) -> Report:
    """Raises JobFailure or JobCanceled, with the state on disk; the pipeline stays usable."""
    reset_peak(engine.device)
    load_seconds = make_resident(engine, command)
    run = prepare(engine, command)
    try:
        return train(run, load_seconds)
    except BaseException as error:
        if isinstance(error, Exception) and not isinstance(error, JobFailure):
            raise classify(error, "TRAINING_FAILED", f"training {run.plan.name}") from error
        raise
    finally:
        give_back(run)


def give_back(run: Run) -> None:
    """Leave the pipeline as renders have it, or none where it was held in another way."""
    run.trainer.take_off()
    if run.hold != "whole":
        run.trainer.let_go()
        run.engine.residency.unload(run.key)
    elif resident := run.engine.residency.get(run.key):
        resident.merger.apply([])


def make_resident(engine: Engine, command: Train) -> float:
    engine.stop_if_canceled(command.job)
    if engine.residency.get(command.key) is None:
        engine.channel.send(StageReached(command.job, "loading", 0, 1))
    return engine.residency.load(command.key, command.plan.pipeline)


def prepare(engine: Engine, command: Train) -> Run:
    """Everything up to the first step."""
    plan = command.plan
    dataset = Dataset(plan.items, plan.settings, plan.method.bucket_divisor)
    encoded = encode_within_memory(engine, command, dataset)
    told: set[str] = set()

    def warn(message: str) -> None:
        if message not in told:
            engine.channel.send(Warning(command.job, message))
        told.add(message)

    pipeline = resident_of(engine, command).pipeline
    trainer = Trainer(pipeline, plan, dataset, encoded, engine.device, warn)
    run = Run(engine, command, trainer, set(command.done_epochs), plan_hash_of(plan))
    resume(run, warn)
    return run


def resident_of(engine: Engine, command: Train) -> Resident:
    resident = engine.residency.get(command.key)
    assert resident is not None
    return resident


def encode_within_memory(engine: Engine, command: Train, dataset: Dataset) -> EncodedSet:
    """With the weights held in a lighter way for each time that memory runs out."""
    while True:
        resident = resident_of(engine, command)
        # What renders have merged is no part of the model.
        resident.merger.apply([])
        try:
            return encode(engine, command, resident.pipeline, dataset)
        except JobFailure as failure:
            if failure.code != "OUT_OF_MEMORY":
                raise
            del resident
            if engine.residency.lighten(command.key, command.plan.pipeline) is None:
                raise
            forget_frames(failure)
        make_resident(engine, command)


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
        take_hold(run, saved.numbers.get("hold"))
    if passed:
        start = f"step {saved.step}" if saved else "the start"
        warn(f"A saved state of this training is incomplete or of another plan; it goes on from {start}.")


def take_hold(run: Run, named: Any) -> None:
    """Go on with the base held as it was, where this device can."""
    spec, device = run.plan.pipeline, run.engine.device
    for hold in HOLDS[1:]:
        if hold == named and can(hold, spec, device):
            run.trainer.let_go()
            run.hold = hold


def train(run: Run, load_seconds: float) -> Report:
    settings, trainer, engine, job = run.plan.settings, run.trainer, run.engine, run.command.job
    if trainer.step == 0 and 0 not in run.done:
        sample(run, None, 0)
    catch_up(run)
    if is_due(run) and trainer.step not in run.done:
        checkpoint(run)
    run.reach("training", trainer.step, settings.steps)
    meter = Meter(run)
    while trainer.step < settings.steps:
        if engine.inbox.should_stop(job):
            run.save_state()
        engine.stop_if_canceled(job)
        meter.count(update_within_memory(run))
        if is_due(run) or engine.inbox.take_save(job):
            meter.tell()
            checkpoint(run)
            meter.restart()
            if trainer.step < settings.steps:
                run.reach("training", trainer.step, settings.steps)
        elif time.monotonic() - run.saved_at >= settings.state_seconds:
            run.save_state()
        # After a step and not before, so that one who is asked all the time still gets on.
        if engine.inbox.should_yield(job) and trainer.step < settings.steps:
            run.save_state()
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


def checkpoint(run: Run) -> None:
    """State, file, report, samples: in this order nothing is lost whenever the process ends."""
    trainer, job = run.trainer, run.command.job
    run.reach("saving", 0, 1)
    loss = trainer.take_mean_loss()
    run.save_state()
    file = write_lora(run.folder, run.plan, trainer.step, trainer.file_weights())
    run.engine.channel.send(Checkpoint(job, trainer.step, loss, [LoraFile("main", str(file))]))
    run.done.add(trainer.step)
    sample(run, file, trainer.step)


def catch_up(run: Run) -> None:
    """Checkpoints of before, which the server was killed too early to keep whole."""
    for step in run.plan.settings.save_steps:
        file = lora_file(run.folder, run.plan, step)
        if step < run.trainer.step and step not in run.done and file.exists():
            report = Checkpoint(run.command.job, step, None, [LoraFile("main", str(file))])
            run.engine.channel.send(report)
            run.done.add(step)
            sample(run, file, step)


def sample(run: Run, file: Path | None, step: int) -> None:
    plan = run.plan
    if step not in plan.settings.sample_steps or not plan.samples:
        return
    # Samples are what a request renders: the base is as renders have it.
    run.trainer.let_go()
    if run.hold != "whole":
        run.engine.residency.drop_all()
    run.reach("sampling", 0, len(plan.samples))
    adapters = [] if file is None else [trained_adapter(plan, file)]
    render_samples(run.engine, run.command, adapters, step)


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
