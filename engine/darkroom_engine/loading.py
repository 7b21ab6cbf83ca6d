"""From a pipeline spec to a pipeline on its device. Everything particular to a model is in the spec."""

import importlib
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers

from darkroom_engine import readers
from darkroom_engine.checkpoints import find_folder, has_variant, missing
from darkroom_engine.device import choose_dtype
from darkroom_engine.failures import JobFailure, classify
from darkroom_engine.offloading import Offload
from darkroom_engine.plan import CallPipeline, ComponentSource, PipelineSpec
from darkroom_engine.quantizing import cast_layers, loading_options, pipeline_options
from darkroom_engine.schedulers import make_scheduler

INDEX = "model_index.json"
LIBRARIES = {"diffusers": diffusers, "transformers": transformers, "darkroom": readers}


def load_pipeline(spec: PipelineSpec, device: torch.device, offload: Offload = "none") -> Any:
    """A ready pipeline on `device`, its weights resting as `offload` says.

    Raises JobFailure: MODEL_FILES_MISSING when files are not on this machine, MODEL_LOAD_FAILED when they do
    not load, OUT_OF_MEMORY.
    """
    try:
        dtype = choose_dtype(spec.dtype, device)
        folder = find_folder(spec.repository, spec.revision, spec.path, index_of(spec))
        components = {
            name: None if source is None else load_component(spec, name, source, folder, dtype, device)
            for name, source in spec.components.items()
        }
        if spec.scheduler:
            components["scheduler"] = make_scheduler(spec.scheduler, folder)
        if spec.assembled:
            pipeline = find_class(spec)(**components)
        else:
            pipeline = read_rest(spec, folder, dtype, components, pipeline_options(spec, dtype, device))
        pipeline.set_progress_bar_config(disable=True)
        cast_whole(pipeline, spec.cast_whole, dtype)
        cast_layers(pipeline, spec, dtype)
        return place(pipeline, offload, device)
    except JobFailure:
        raise
    except Exception as error:
        if is_missing_file(error):
            raise missing(spec.repository, str(error).splitlines()[0]) from error
        raise classify(error, "MODEL_LOAD_FAILED", f"loading {spec.model} from {spec.repository}") from error


def find_class(spec: PipelineSpec | CallPipeline) -> Any:
    """The pipeline class that the spec names, from diffusers or from `darkroom_engine.pipelines.<module>`."""
    if spec.module:
        return getattr(importlib.import_module(f"darkroom_engine.pipelines.{spec.module}"), spec.class_)
    if not hasattr(diffusers, spec.class_):
        raise JobFailure(
            "MODEL_LOAD_FAILED", f"diffusers {diffusers.__version__} has no pipeline class {spec.class_}."
        )
    return getattr(diffusers, spec.class_)


def index_of(spec: PipelineSpec) -> str:
    """A file that the checkpoint's folder has when it is whole: the index, or a configuration where there is
    none.
    """
    described = (f"{name}/config.json" for name, source in spec.components.items() if source and source.file)
    return next(described, ".") if spec.assembled else INDEX


def read_rest(
    spec: PipelineSpec,
    folder: Path,
    dtype: torch.dtype,
    components: dict[str, Any],
    options: dict[str, Any],
) -> Any:
    """The pipeline with these components, and the others from the checkpoint.

    diffusers takes no class that the index does not name, so ours are put in afterwards.
    """
    own = {name: components[name] for name, source in spec.components.items() if is_own(source)}
    pipeline = read_pipeline(spec, folder, dtype, components | dict.fromkeys(own) | options)
    pipeline.register_modules(**own)
    return pipeline


def read_pipeline(spec: PipelineSpec, folder: Path, dtype: torch.dtype, reading: dict[str, Any]) -> Any:
    """Read the checkpoint, in its variant where it has one and from plain files where it has not.

    `reading` holds components that are there already, and options of `from_pretrained`.
    """
    pipeline_class = find_class(spec)
    options = {"dtype": dtype, "local_files_only": True, **reading}
    if spec.variant and has_variant(folder, spec.variant):
        try:
            return pipeline_class.from_pretrained(folder, variant=spec.variant, **options)
        except (OSError, ValueError):
            # Some components have the variant and some do not; the plain files are complete.
            pass
    return pipeline_class.from_pretrained(folder, **options)


def is_own(source: ComponentSource | None) -> bool:
    """Whether a component is of a class of ours."""
    return source is not None and source.library == "darkroom"


def find_component_class(spec: PipelineSpec, source: ComponentSource) -> Any:
    """The class of a component; ours are in `darkroom_engine.readers` or in the pipeline's own module."""
    library = LIBRARIES[source.library]
    if is_own(source) and spec.module and not hasattr(library, source.class_):
        library = importlib.import_module(f"darkroom_engine.pipelines.{spec.module}")
    return getattr(library, source.class_)


def load_component(
    spec: PipelineSpec,
    name: str,
    source: ComponentSource,
    checkpoint: Path,
    dtype: torch.dtype,
    device: torch.device,
) -> Any:
    """A component from a folder of its own, or from one file in its original format."""
    component_class = find_component_class(spec, source)
    is_model = issubclass(component_class, torch.nn.Module)
    weights = {"dtype": dtype, **loading_options(spec, name, dtype, device)} if is_model else {}
    if source.file:
        path = Path(source.path) if source.path else None
        if path is None or path.is_dir():
            path = find_folder(source.repository, source.revision, source.path, source.file) / source.file
        # The config beside the checkpoint keeps diffusers from asking the hub for one.
        config = {"config": str(checkpoint), "subfolder": name} if (checkpoint / name).is_dir() else {}
        return component_class.from_single_file(str(path), local_files_only=True, **weights, **config)
    folder = find_folder(source.repository, source.revision, source.path, source.subfolder or ".")
    return component_class.from_pretrained(
        folder, subfolder=source.subfolder, local_files_only=True, **weights
    )


def cast_whole(pipeline: Any, components: list[str], dtype: torch.dtype) -> None:
    """Bring every layer and buffer of these components to `dtype`, as the trainer's `.to(dtype)` does.

    `from_pretrained` keeps some layers in float32, and the buffers that a model computes for itself.
    Components that a pipeline can do without may be absent. The method is torch's own: that of diffusers
    keeps them too.
    """
    for name in components:
        if (component := getattr(pipeline, name)) is not None:
            torch.nn.Module.to(component, dtype)


def place(pipeline: Any, offload: Offload, device: torch.device) -> Any:
    """Move the pipeline to its device; offloading only means something where device and host memory
    differ.
    """
    if device.type == "cuda" and offload == "model":
        pipeline.enable_model_cpu_offload(device=device)
    elif device.type == "cuda" and offload == "sequential":
        pipeline.enable_sequential_cpu_offload(device=device)
    else:
        pipeline.to(device)
    return pipeline


def is_missing_file(error: BaseException) -> bool:
    """Whether a library's error says that a file of the checkpoint is not there."""
    return isinstance(error, FileNotFoundError) or (
        isinstance(error, OSError) and error.errno is None and "no file named" in str(error)
    )
