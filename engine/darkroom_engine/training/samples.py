"""Pictures that show how far a training is: ordinary renders of the pipeline with the file that was just
written, so that they are what a request with that file gives.
"""

from pathlib import Path

import msgspec

from darkroom_engine.checkpoints import find_folder
from darkroom_engine.failures import JobFailure
from darkroom_engine.messages import Render, Train
from darkroom_engine.plan import Adapter
from darkroom_engine.render import Engine, found, merge_adapters, run_call_within_memory
from darkroom_engine.residency import Resident
from darkroom_engine.training.plan import Method


def render_samples(engine: Engine, command: Train, adapters: list[Adapter], epoch: int) -> None:
    """The frames of each checkpoint lie in a folder of their own, so that none is overwritten before it is
    read. Loads the pipeline where it is not resident, and afterwards it may be another one.
    """
    scratch = Path(command.scratch) / f"{epoch:09}"
    scratch.mkdir(parents=True, exist_ok=True)
    plan = command.plan
    render = Render(command.job, plan.pipeline, command.key, adapters, plan.samples, str(scratch), 0)
    engine.residency.load(command.key, plan.pipeline)
    for call in plan.samples:
        merge_adapters(engine, render, found(engine, render), call)
        run_call_within_memory(engine, render, found(engine, render), call, epoch)
    found(engine, render).merger.apply([])


def merge_base_adapter(engine: Engine, command: Train, resident: Resident, method: Method) -> None:
    """The LoRA that undoes the distillation of the base, where it needs one: in while it is trained."""
    if method.adapter is None:
        return
    source = method.adapter
    folder = find_folder(source.repository, source.revision, method.adapter_path, source.file)
    adapter = Adapter(
        source.file, str(folder / source.file), "", method.component, 1.0, targets=[method.component]
    )
    adapter = msgspec.structs.replace(adapter, sha256=file_digest(folder / source.file))
    merged, warnings = resident.merger.apply([(adapter, engine.adapters.read(adapter))])
    engine.merges += merged
    if warnings:
        raise JobFailure("TRAINING_FAILED", f"The training adapter does not fit the model: {warnings[0]}")


def file_digest(file: Path) -> str:
    import hashlib

    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
