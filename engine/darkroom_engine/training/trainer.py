"""The trained weights and how one update changes them."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from darkroom_engine.failures import JobFailure
from darkroom_engine.quantizing import weights_cast_again
from darkroom_engine.training.dataset import Dataset, Draw, kept_caption
from darkroom_engine.training.encoding import EncodedSet, family_of
from darkroom_engine.training.families.parts import Inputs
from darkroom_engine.training.layers import LoraLayers
from darkroom_engine.training.lora_file import Weights
from darkroom_engine.training.objectives import ASK, Question, loss_of
from darkroom_engine.training.optimizers import make_optimizer, usual_rate
from darkroom_engine.training.plan import Settings, TrainingPlan
from darkroom_engine.training.rates import rate_at
from darkroom_engine.training.state import Saved, optimizer_tensors, restore_optimizer

LARGEST_NORM = 1.0
NOT_FINITE_IN_A_ROW = 3


class Trainer:
    """Owns the LoRA layers, their running mean and the optimizer, and does one update after the other.
    `step` counts those done.
    """

    def __init__(
        self,
        pipeline: Any,
        plan: TrainingPlan,
        dataset: Dataset,
        encoded: EncodedSet,
        device: torch.device,
        warn: Callable[[str], None],
    ) -> None:
        self.step = 0
        self.rate = 0.0
        self._plan, self._dataset, self._encoded, self._device = plan, dataset, encoded, device
        self._family = family_of(plan.method)
        self._wants_checkpointing = plan.settings.checkpointing == "on" or self._checkpoints_by_itself()
        self._layers = LoraLayers(
            getattr(pipeline, plan.method.component), plan.method, plan.settings, device
        )
        self.take(pipeline)
        self._optimizer = make_optimizer(self._layers.parameters(), plan.settings, device, warn)
        copies = [weight.detach().clone() for weight in self._layers.parameters()]
        self._mean = None if plan.settings.ema is None else copies
        self._micro_batch = plan.settings.batch_size
        self._bad = 0
        self._losses, self._loss_sum = 0, 0.0

    @property
    def settings(self) -> Settings:
        return self._plan.settings

    @property
    def is_on(self) -> bool:
        return self._layers.are_on

    @property
    def checkpoints(self) -> bool:
        """Whether what layers gave is computed again for the gradients, and not kept."""
        return self._wants_checkpointing and self._can_checkpoint

    def take(self, pipeline: Any) -> None:
        """Train on this pipeline from now on: another copy of the one before, however it is held."""
        self._scheduler = pipeline.scheduler
        self._model = getattr(pipeline, self._plan.method.component)
        self._model.requires_grad_(False)
        self._can_checkpoint = getattr(self._model, "_supports_gradient_checkpointing", False)
        self._encoded.use(pipeline)
        self._layers.take(self._model)
        self._set_checkpointing()

    def let_go(self) -> None:
        """Forget the pipeline, so that its memory can be had. `take` comes before anything else then."""
        self._layers.let_go()
        self._encoded.use(None)
        self._model = None

    def put_on(self) -> None:
        self._layers.put_on()

    def take_off(self) -> None:
        self._layers.take_off()

    def update(self) -> float:
        """One step of the optimizer. Returns its loss. Raises JobFailure TRAINING_DIVERGED when losses stay
        no numbers.

        Nothing has changed when it raises for lack of memory.
        """
        self._optimizer.zero_grad(set_to_none=True)
        passes = range(self.settings.accumulation)
        loss = sum(self._learn(self.step * self.settings.accumulation + number) for number in passes)
        loss /= self.settings.accumulation
        self._step_optimizer(math.isfinite(loss))
        if math.isfinite(loss):
            self._losses, self._loss_sum = self._losses + 1, self._loss_sum + loss
        return loss

    def lighten(self) -> str | None:
        """Take less memory from the next update on; says how. None when there is no other way."""
        if not self._wants_checkpointing and self.settings.checkpointing != "off":
            self._wants_checkpointing = True
            self._set_checkpointing()
            if self.checkpoints:
                return "gradient checkpointing"
        if self._micro_batch > 1:
            self._micro_batch = 1
            return "one picture at a time, and gradients added up to the same batch"
        return None

    def file_weights(self) -> Weights:
        """What a file of the LoRA holds: the running mean where one is kept, else the weights."""
        if self._mean is None:
            return self._layers.named()
        pairs = zip(self._mean[::2], self._mean[1::2], strict=True)
        return dict(zip(self._layers.named(), pairs, strict=True))

    def take_mean_loss(self) -> float | None:
        """Of the updates since it was last asked for."""
        mean = self._loss_sum / self._losses if self._losses else None
        self._losses, self._loss_sum = 0, 0.0
        return mean

    def state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """All that the updates to come depend on."""
        tensors, numbers = optimizer_tensors(self._optimizer)
        for number, weight in enumerate(self._layers.parameters()):
            tensors[f"weight.{number}"] = weight
        for number, mean in enumerate(self._mean or []):
            tensors[f"mean.{number}"] = mean
        numbers |= {"bad": self._bad, "losses": self._losses, "loss_sum": self._loss_sum}
        numbers |= {"checkpointing": self._wants_checkpointing, "micro_batch": self._micro_batch}
        return tensors, numbers

    @torch.no_grad()
    def restore(self, saved: Saved) -> None:
        for number, weight in enumerate(self._layers.parameters()):
            weight.copy_(saved.tensors[f"weight.{number}"])
        for number, mean in enumerate(self._mean or []):
            mean.copy_(saved.tensors[f"mean.{number}"])
        restore_optimizer(self._optimizer, saved)
        self.step = saved.step
        self._bad = saved.numbers["bad"]
        self._losses, self._loss_sum = saved.numbers["losses"], saved.numbers["loss_sum"]
        # States of 0.1 do not say these.
        self._wants_checkpointing = saved.numbers.get("checkpointing", self._wants_checkpointing)
        self._micro_batch = saved.numbers.get("micro_batch", self._micro_batch)
        self._set_checkpointing()

    def _learn(self, pass_number: int) -> float:
        """Add the gradients of one batch. Returns its loss."""
        draws = self._dataset.batch(pass_number)
        whole, size = len(draws), self._micro_batch
        total = 0.0
        for start in range(0, whole, size):
            slots = list(range(start, min(start + size, whole)))
            with weights_cast_again(self._model):
                loss = self._loss([draws[slot] for slot in slots], pass_number, slots).sum() / whole
            (loss / self.settings.accumulation).backward()
            total += loss.item()
        return total

    def _loss(self, draws: list[Draw], pass_number: int, slots: list[int]) -> torch.Tensor:
        """Of each picture."""
        latents = torch.stack(
            [self._encoded.latents(draw.sample.item, draw.sample.bucket, draw.mirrored) for draw in draws]
        ).to(self._device)
        tokens = self._family.tokens_of(latents)
        question = ASK[self._plan.method.objective](
            latents, self.settings, self._scheduler, tokens, pass_number, slots
        )
        captions = [draw.caption for draw in draws]
        if self.settings.preserve is None:
            return loss_of(self._answer(draws, captions, question), question)
        return self._preserving_loss(draws, captions, question)

    def _preserving_loss(self, draws: list[Draw], captions: list[str], question: Question) -> torch.Tensor:
        """The loss, and how far the model is from what it made before, of each picture. One call answers
        both: half as many calls take less time than calls half as large.
        """
        assert self.settings.preserve is not None
        kept = [kept_caption(draw.caption, self.settings) for draw in draws]
        self._layers.take_off()
        with torch.no_grad():
            before = self._answer(draws, kept, question)
        self._layers.put_on()
        answer, now = self._answer([*draws, *draws], [*captions, *kept], twice(question)).chunk(2)
        error = functional.mse_loss(now.float(), before.float(), reduction="none")
        held = error.mean(dim=list(range(1, error.ndim))) * self.settings.preserve.weight
        return loss_of(answer, question) + held

    def _answer(self, draws: list[Draw], captions: list[str], question: Question) -> torch.Tensor:
        items = [draw.sample.item for draw in draws]
        inputs = Inputs(
            noisy=question.noisy,
            times=question.times,
            texts=[self._encoded.text(item, caption) for item, caption in zip(items, captions, strict=True)],
            controls=[
                [
                    control.to(self._device)
                    for control in self._encoded.controls(item, draw.sample.bucket, draw.mirrored)
                ]
                for item, draw in zip(items, draws, strict=True)
            ],
            size=draws[0].sample.bucket,
        )
        return self._family.predict(self._model, self._plan.method, inputs)

    def _step_optimizer(self, is_finite: bool) -> None:
        self.rate = (
            rate_at(self.settings, self.step) * usual_rate(self.settings) / self.settings.learning_rate
        )
        self._bad = 0 if is_finite else self._bad + 1
        if self._bad >= NOT_FINITE_IN_A_ROW:
            raise JobFailure(
                "TRAINING_DIVERGED",
                f"The loss was no number at steps {self.step - 1} to {self.step + 1}: the training has "
                f"diverged. Train with a learning rate below {self.settings.learning_rate:g}; the "
                "checkpoints before are kept.",
            )
        if is_finite:
            weights = self._layers.parameters()
            torch.nn.utils.clip_grad_norm_(weights, LARGEST_NORM)
            for group in self._optimizer.param_groups:
                group["lr"] = self.rate
            self._optimizer.step()
            self._update_mean(weights)
        self._optimizer.zero_grad(set_to_none=True)
        self.step += 1

    @torch.no_grad()
    def _update_mean(self, weights: list[torch.nn.Parameter]) -> None:
        if self._mean is None or self.settings.ema is None:
            return
        for mean, weight in zip(self._mean, weights, strict=True):
            mean.sub_((mean - weight) * (1 - self.settings.ema))

    def _checkpoints_by_itself(self) -> bool:
        """On a GPU memory is short and time is not: the trainer's own default."""
        return self.settings.checkpointing == "auto" and self._device.type == "cuda"

    def _set_checkpointing(self) -> None:
        if self.checkpoints:
            self._model.enable_gradient_checkpointing()
        elif hasattr(self._model, "disable_gradient_checkpointing"):
            self._model.disable_gradient_checkpointing()


def twice(question: Question) -> Question:
    """The batch, and the same once more."""
    return Question(
        *(
            torch.cat([part, part])
            for part in (question.noisy, question.times, question.target, question.weights)
        )
    )
