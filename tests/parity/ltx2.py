"""LTX-2 as the trainer samples it: one time shift for every size, and its guidance for LTX-2.3."""

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    FlowMatchEulerDiscreteScheduler,
    LTX2ImageToVideoPipeline,
    LTX2LatentUpsamplePipeline,
    LTX2Pipeline,
)
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from PIL import Image
from torch.nn.functional import linear

from merge import read_lora
from names import destinations
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
    turn_round(pipeline.connectors.video_connector)
    turn_round(pipeline.connectors.audio_connector)
    call = {"prompt": None, "num_frames": case["num_frames"], "frame_rate": 24.0, **guidance}
    call["prompt_embeds"], call["prompt_attention_mask"] = read(pipeline, case["prompt"])
    negative = read(pipeline, case["negative_prompt"])
    call["negative_prompt_embeds"], call["negative_prompt_attention_mask"] = negative
    if pictures:
        size = (case["width"], case["height"])
        call |= {"image": pictures[0].resize(size, Image.Resampling.LANCZOS), "image_crf": 0}
    return pipeline, call


def turn_round(connector: torch.nn.Module) -> None:
    """Give a connector the forward pass of the trainer's diffusers: words and registers backwards."""

    def forward(states: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        registers, length = connector.learnable_registers, states.shape[1]
        turned = [
            torch.stack(
                [
                    words[place] if seen[place] == 0 else registers[place % len(registers)]
                    for place in reversed(range(length))
                ]
            )
            for words, seen in zip(states, mask[:, 0, 0].tolist(), strict=True)
        ]
        states, nothing = torch.stack(turned), torch.zeros_like(mask)
        rotary = connector.rope(len(turned), length, device=states.device)
        for block in connector.transformer_blocks:
            states = block(states, attention_mask=nothing, rotary_emb=rotary)
        return connector.norm_out(states), nothing

    connector.forward = forward


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
    pipeline, call = load(case, "dg845/LTX-2.3-Diffusers", GUIDED)
    return (High(pipeline, Path(case["checkpoints"])) if case.get("resolution") == "High" else pipeline), call


class High:
    """A draft, its latents twice as large, and three steps over them with the distilled LoRA at 0.8."""

    def __init__(self, draft: Any, checkpoints: Path) -> None:
        self.draft, self.transformer, self._checkpoints = draft, draft.transformer, checkpoints
        names = ("vae", "audio_vae", "text_encoder", "tokenizer", "connectors", "transformer", "vocoder")
        parts = {name: getattr(draft, name) for name in names}
        steps = FlowMatchEulerDiscreteScheduler(
            base_image_seq_len=1024, base_shift=2.05, max_image_seq_len=4096, max_shift=2.05
        )
        self.final = LTX2Pipeline(scheduler=steps, **parts)

    def set_progress_bar_config(self, **options: Any) -> None:
        for pipeline in (self.draft, self.final):
            pipeline.set_progress_bar_config(**options)

    def __call__(self, **call: Any) -> Any:
        latents, sound = self.draft(**call, output_type="latent", return_dict=False)
        doubled = LTX2LatentUpsamplePipeline(self.draft.vae, self.upsampler())
        size = {"width": call.pop("width"), "height": call.pop("height")}
        latents = doubled(latents=latents, output_type="latent", return_dict=False, **size)[0]
        self.add_distilled()
        for name in ("image", "image_crf"):
            call.pop(name, None)
        call |= PLAIN | {"use_cross_timestep": True, "guidance_scale": 1.0, "num_inference_steps": 3}
        sigmas = [0.909375, 0.725, 0.421875]
        call |= {name: 2 * side for name, side in size.items()} | {"sigmas": sigmas, "noise_scale": sigmas[0]}
        return self.final(latents=latents, audio_latents=sound, **call)

    def upsampler(self) -> LTX2LatentUpsamplerModel:
        folder = self._checkpoints / "dg845/LTX-2.3-Spatial-Upsampler-Diffusers"
        return LTX2LatentUpsamplerModel.from_pretrained(
            folder, subfolder="latent_upsampler", dtype=torch.float32
        )

    def add_distilled(self) -> None:
        folder = self._checkpoints / "CalamitousFelicitousness/LTX-2.3-distilled-lora-384-Diffusers"
        for name, parts in read_lora(str(folder / "pytorch_lora_weights.safetensors")).items():
            down, up = parts["down"].float(), parts["up"].float() * 0.8

            def add(_layer: Any, inputs: Any, output: Any, down: Any = down, up: Any = up) -> torch.Tensor:
                return output + linear(linear(inputs[0], down), up)

            (layer,) = destinations(self.draft, name)
            layer.register_forward_hook(add)


MODELS = {"ltx2": ltx2, "ltx2.3": ltx23}
