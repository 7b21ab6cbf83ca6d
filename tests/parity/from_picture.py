"""Pictures that are made of another one: diffusers' own pipelines over the components of a loaded one."""

from typing import Any

import diffusers
from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_inpaint
from PIL import Image

import qwen_image

Case = dict[str, Any]
Call = dict[str, Any]

KONTEXT = ("FluxKontext", ["flux_kontext"])
KLEIN = ("Flux2Klein", ["flux2_klein_4b", "flux2_klein_9b"])
QWEN_EDIT = ("QwenImageEdit", ["qwen_image_edit"])
FAMILIES = {
    "flux_kontext": KONTEXT,
    "flux2_klein": KLEIN,
    "qwen_image_edit": QWEN_EDIT,
    "flux": ("Flux", ["demo", "flux", "flex1", "flux_schnell"]),
    "sd15": ("StableDiffusion", ["sd15"]),
    "sdxl": ("StableDiffusionXL", ["sdxl"]),
    "zimage": ("ZImage", ["zimage", "zimage_turbo", "zimage_deturbo"]),
    "qwen_image": ("QwenImage", ["qwen_image", "qwen_image_2512"]),
    "chroma": ("Chroma", ["chroma"]),
}
"""What diffusers calls each family, and the models of it."""


def begin(pipeline: Any, call: Call, case: Case) -> tuple[Any, Call]:
    """The pipeline and the call that change the case's `image`, all of it or what its `mask_image` says."""
    size = case["width"], case["height"]
    masked = case.get("mask_image") is not None
    name = next(name for name, models in FAMILIES.values() if case["model"] in models)
    kind = getattr(diffusers, f"{name}{'Inpaint' if masked else 'Img2Img'}Pipeline")
    begun = kind(**pipeline.components)
    begun.set_progress_bar_config(disable=True)
    if name == "Chroma":
        # These two make numbers of the mask, which the trainer has in booleans.
        begun._prepare_attention_mask = pipeline._prepare_attention_mask
        # FLUX.1's setting, which the one for masks asks for.
        begun.transformer.register_to_config(guidance_embeds=False)
    image = Image.open(case["image"]).convert("RGB").resize(size, Image.Resampling.LANCZOS)
    if name == "Flux2Klein":
        begun._encode_vae_image, begun._pack_latents = pipeline._encode_vae_image, pipeline._pack_latents
    if name == "QwenImageEdit":
        # A megapixel otherwise, whatever is asked for.
        pipeline_qwenimage_edit_inpaint.calculate_dimensions = lambda _area, _ratio: (*size, None)
        call |= qwen_image.encoded(pipeline, case, qwen_image.scaled(image, qwen_image.EDIT_READER_AREA))
    given = {"image": image, "strength": case["strength"]}
    if masked:
        mask = Image.open(case["mask_image"]).convert("RGB")
        given["mask_image"] = mask.resize(size, Image.Resampling.NEAREST)
    elif name.startswith("StableDiffusion"):
        call = {key: value for key, value in call.items() if key not in ("width", "height")}
    return begun, call | given
