"""LTX-2 as the trainer samples it: one time shift for every size, and its guidance for LTX-2.3."""

from pathlib import Path
from typing import Any

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, LTX2ImageToVideoPipeline, LTX2Pipeline
from PIL import Image

from pictures import open_controls

Case = dict[str, Any]
Call = dict[str, Any]
PLAIN = {
    "stg_scale": 0.0,
    "modality_scale": 1.0,
    "guidance_rescale": 0.0,
    "audio_guidance_scale": None,
    "audio_stg_scale": 0.0,
    "audio_modality_scale": 1.0,
    "audio_guidance_rescale": 0.0,
    "spatio_temporal_guidance_blocks": None,
    "use_cross_timestep": False,
}
"""What the release of diffusers that the trainer has does by itself."""
GUIDED = {
    "stg_scale": 1.0,
    "modality_scale": 3.0,
    "guidance_rescale": 0.7,
    "audio_guidance_scale": 7.0,
    "audio_stg_scale": 1.0,
    "audio_modality_scale": 3.0,
    "audio_guidance_rescale": 0.7,
    "spatio_temporal_guidance_blocks": [28],
    "use_cross_timestep": True,
}


def load(case: Case, repository: str, guidance: Call) -> tuple[Any, Call]:
    pictures = open_controls(case)
    kind = LTX2ImageToVideoPipeline if pictures else LTX2Pipeline
    pipeline = kind.from_pretrained(Path(case["checkpoints"]) / repository, dtype=torch.float32)
    pipeline.scheduler = FlowMatchEulerDiscreteScheduler(
        base_image_seq_len=1024,
        base_shift=2.05,
        max_image_seq_len=4096,
        max_shift=2.05,
        shift_terminal=0.1,
        use_dynamic_shifting=True,
    )
    call = {"prompt": None, "num_frames": case["num_frames"], "frame_rate": 24.0, **guidance}
    call["prompt_embeds"], call["prompt_attention_mask"] = read(pipeline, case["prompt"])
    negative = read(pipeline, case["negative_prompt"])
    call["negative_prompt_embeds"], call["negative_prompt_attention_mask"] = negative
    if pictures:
        size = (case["width"], case["height"])
        call |= {"image": pictures[0].resize(size, Image.Resampling.LANCZOS), "image_crf": 0}
    return pipeline, call


@torch.no_grad()
def read(pipeline: Any, prompt: str) -> tuple[torch.Tensor, torch.Tensor]:
    """The trainer's `get_prompt_embeds` and `pad_embeds`: zeros on the left up to 1024 tokens."""
    tokens = pipeline.tokenizer([prompt.strip()], return_tensors="pt")
    states = pipeline.text_encoder(**tokens, output_hidden_states=True).hidden_states
    embeds = torch.stack(states, dim=-1).flatten(2, 3)
    length = embeds.shape[1]
    mask = torch.cat([torch.zeros(1, 1024 - length), torch.ones(1, length)], dim=1).to(torch.int64)
    return torch.cat([torch.zeros(1, 1024 - length, embeds.shape[2]), embeds], dim=1), mask


def ltx2(case: Case) -> tuple[Any, Call]:
    return load(case, "Lightricks/LTX-2", PLAIN)


def ltx23(case: Case) -> tuple[Any, Call]:
    return load(case, "dg845/LTX-2.3-Diffusers", GUIDED)


MODELS = {"ltx2": ltx2, "ltx2.3": ltx23}
