"""One attempt at a training: what it works with, and how far its files are."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from darkroom_engine.messages import Stage, StageReached, Train
from darkroom_engine.render import Engine
from darkroom_engine.residency import Resident
from darkroom_engine.training.holding import Hold, held_key
from darkroom_engine.training.plan import TrainingPlan
from darkroom_engine.training.state import write_state
from darkroom_engine.training.trainer import Trainer


@dataclass
class Run:
    engine: Engine
    command: Train
    trainer: Trainer
    done: set[int]
    plan_hash: str
    hold: Hold = "whole"
    """How the base is held while it is trained."""
    saved_at: float = field(default_factory=time.monotonic)
    saved_step: int = -1
    train_seconds: float = 0.0

    @property
    def plan(self) -> TrainingPlan:
        return self.command.plan

    @property
    def folder(self) -> Path:
        return Path(self.command.folder)

    @property
    def key(self) -> str:
        """Of the pipeline as it is held while it is trained."""
        return held_key(self.command.key, self.hold)

    @property
    def resident(self) -> Resident:
        found = self.engine.residency.get(self.key)
        assert found is not None
        return found

    def reach(self, stage: Stage, step: int, total: int) -> None:
        self.engine.channel.send(StageReached(self.command.job, stage, step, total))

    def save_state(self) -> None:
        trainer = self.trainer
        if self.saved_step != trainer.step:
            tensors, numbers = trainer.state()
            numbers["hold"] = self.hold
            write_state(self.folder, self.plan_hash, trainer.step, tensors, numbers)
        self.saved_at, self.saved_step = time.monotonic(), trainer.step
