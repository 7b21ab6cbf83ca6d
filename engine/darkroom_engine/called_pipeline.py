"""The pipeline that one call is made with."""

from typing import Any

from darkroom_engine.loading import find_class
from darkroom_engine.plan import Call


def called_pipeline(loaded: Any, call: Call) -> Any:
    """The loaded pipeline, or one of the class that the call names, over the same components with all that is
    merged into them, and with the same settings.

    diffusers' `from_pipe` is not asked: it casts every component.
    """
    if call.pipeline is None:
        return loaded
    pipeline_class = find_class(call.pipeline)
    taken, settings = pipeline_class._get_signature_keys(pipeline_class)
    components = {name: part for name, part in loaded.components.items() if name in taken}
    kept = {name: loaded.config[name] for name in settings if name in loaded.config}
    pipeline = pipeline_class(**components, **kept)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
