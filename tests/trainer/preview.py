"""The trainer's own path to a preview: what its `BaseSDTrainProcess` does between reading a job and saving
pictures.
"""

from pathlib import Path
from typing import Any

import torch
from device import DEVICE
from PIL import Image

# The trainer's names of the dtypes.
DTYPES = {"float32": "fp32", "bfloat16": "bf16"}


def load(model: dict[str, Any], dtype: str) -> Any:
    """The trainer's model, loaded by itself. `model` is the `model:` section of a job.

    As in `BaseSDTrainProcess.run`: the class and the scheduler by arch, then the parts frozen and moved.
    """
    from toolkit.config_modules import ModelConfig
    from toolkit.sampler import get_sampler
    from toolkit.util.get_model import get_model_class

    config = ModelConfig(**model, dtype=DTYPES[dtype])
    model_class = get_model_class(config)
    if hasattr(model_class, "get_train_scheduler"):
        scheduler = model_class.get_train_scheduler()
    else:
        arch = "flux" if config.is_flux else "lumina2" if config.is_lumina2 else "sd"
        scheduler = get_sampler(noise_scheduler_of(config), {"prediction_type": "epsilon"}, arch=arch)
    trained = model_class(device=DEVICE, model_config=config, dtype=DTYPES[dtype], noise_scheduler=scheduler)
    trained.load_model()
    freeze(trained, trained.torch_dtype)
    return trained


def noise_scheduler_of(config: Any) -> str:
    """`train.noise_scheduler` as the trainer's own interface sets it for an arch."""
    return "ddpm" if config.arch in ("sd15", "sd1", "sdxl") else "flowmatch"


def freeze(trained: Any, dtype: torch.dtype) -> None:
    """The parts as training leaves them before its first preview."""
    readers = trained.text_encoder if isinstance(trained.text_encoder, list) else [trained.text_encoder]
    for reader in readers:
        reader.requires_grad_(False)
        reader.eval()
    for part, device in ((trained.unet, DEVICE), (trained.vae, torch.device("cpu"))):
        part.to(device, dtype=dtype)
        part.requires_grad_(False)
        part.eval()


def render(trained: Any, prompts: list[dict[str, Any]], sampler: str, folder: Path) -> None:
    """The pictures of the prompts by the trainer's `generate_images`, as `<prompt>.png`, the frames of a
    video one below the other.

    The trainer saves a video as lossy WebP: the frames are taken as they reach its own saving.
    """
    from toolkit.config_modules import GenerateImageConfig

    folder.mkdir(parents=True, exist_ok=True)
    configs = [GenerateImageConfig(**prompt, output_path=str(folder / "trainer.png")) for prompt in prompts]
    for index, config in enumerate(configs):
        config.save_image_atomic = keeper(folder / f"{index}.png")
    trained.generate_images(configs, sampler=sampler)


def keeper(file: Path) -> Any:
    """A `save_image_atomic` that writes every frame to one PNG."""

    def keep(made: Any, *_counts: int) -> None:
        frames = frames_of(made)
        width, height = frames[0].size
        sheet = Image.new("RGB", (width, height * len(frames)))
        for number, frame in enumerate(frames):
            sheet.paste(frame, (0, number * height))
        sheet.save(file, optimize=True)

    return keep


def frames_of(made: Any) -> list[Image.Image]:
    """The frames of what a model hands to saving: a picture, a list of them, or a video with its sound."""
    if isinstance(made, dict):
        return [Image.fromarray(frame.numpy()) for frame in made["video"]]
    return [frame.convert("RGB") for frame in (made if isinstance(made, list) else [made])]
