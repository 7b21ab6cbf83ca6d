"""An update that memory does not suffice for is done again in a lighter way:

    gradient checkpointing ─▶ one picture at a time ─▶ the base in 8 bits ─▶ in 4 bits ─▶ layer by layer

Each is warned of, and stays for the rest of the training. The sizes of pictures never change.
"""

from darkroom_engine.device import free_caches
from darkroom_engine.failures import JobFailure, forget_frames, is_out_of_memory
from darkroom_engine.messages import Warning
from darkroom_engine.training.holding import SAID, held_spec, next_hold, offload_layers
from darkroom_engine.training.run import Run
from darkroom_engine.training.samples import merge_base_adapter


def update_within_memory(run: Run) -> float:
    """One update, and once more in a lighter way for each time that memory runs out. Returns its loss."""
    while True:
        try:
            if not run.trainer.is_on:
                put_on_base(run)
            return run.trainer.update()
        except Exception as error:
            if not ran_out(error):
                raise
            lighter = lighten(run)
            if lighter is None:
                raise too_large(run) from error
            forget_frames(error)
        free_caches(run.engine.device)
        message = f"Memory ran out at step {run.trainer.step + 1}; the training goes on with {lighter}."
        run.engine.channel.send(Warning(run.command.job, message))


def ran_out(error: Exception) -> bool:
    return is_out_of_memory(error) or (isinstance(error, JobFailure) and error.code == "OUT_OF_MEMORY")


def lighten(run: Run) -> str | None:
    """Take less memory from now on; says how. None when there is no other way."""
    own = run.trainer.lighten()
    if own is not None or not run.trainer.checkpoints:
        return own
    hold = next_hold(run.hold, run.plan.pipeline, run.engine.device)
    if hold is None:
        return None
    run.trainer.let_go()
    run.hold = hold
    return SAID[hold]


def put_on_base(run: Run) -> None:
    """Have the base as it is held while it is trained, loaded where it is not there, and the layers on it."""
    engine, method = run.engine, run.plan.method
    if engine.residency.get(run.key) is None:
        if run.hold != "whole":
            engine.residency.drop_all()
        run.reach("loading", 0, 1)
        engine.residency.load(run.key, held_spec(run.plan.pipeline, method.component, run.hold))
        if run.hold == "offloaded":
            offload_layers(getattr(run.resident.pipeline, method.component), engine.device)
        run.reach("training", run.trainer.step, run.plan.settings.steps)
    run.trainer.take(run.resident.pipeline)
    merge_base_adapter(engine, run.command, run.resident, method)
    run.trainer.put_on()


def too_large(run: Run) -> JobFailure:
    if run.plan.settings.checkpointing == "off":
        more = "Allow gradient checkpointing, without which the base cannot be held in a lighter way"
    elif run.plan.pipeline.offload != "auto":
        more = "Set OFFLOAD_MODE=auto, so that the base can rest on the host"
    else:
        more = "Or train a smaller model"
    return JobFailure(
        "OUT_OF_MEMORY",
        "The device ran out of memory for one picture at a time. Train at smaller resolutions or a smaller "
        f"rank. {more}.",
    )
