"""FLUX.2 as the trainer samples it: BFL's own schedule, and readers from repositories of their own."""

import math
from pathlib import Path
from typing import Any

import torch
from diffusers import FlowMatchEulerDiscreteScheduler, Flux2KleinPipeline, Flux2Pipeline
from diffusers.models.attention_processor import Attention
from torch.nn.functional import conv2d, scaled_dot_product_attention
from transformers import AutoTokenizer, Mistral3ForConditionalGeneration, Qwen2Tokenizer, Qwen3ForCausalLM

from pictures import open_controls

Case = dict[str, Any]
Call = dict[str, Any]

DEV = "black-forest-labs/FLUX.2-dev"
MISTRAL = "mistralai/Mistral-Small-3.1-24B-Instruct-2503"


def flux2_diffusers(case: Case) -> tuple[Flux2Pipeline, Call]:
    """The repository as it is: dynamic shifting with the pipeline's own mu."""
    folder = Path(case["checkpoints"]) / DEV
    pipeline = Flux2Pipeline.from_pretrained(folder, dtype=torch.float32, tokenizer=None)
    pipeline.tokenizer = AutoTokenizer.from_pretrained(folder / "tokenizer")
    return pipeline, {"prompt": None, "prompt_embeds": read_with_mistral(pipeline, case["prompt"])}


def flux2(case: Case) -> tuple[Flux2Pipeline, Call]:
    """Mistral from its own repository; up to three pictures as they are."""
    reader = Path(case["checkpoints"]) / MISTRAL
    pipeline = Flux2Pipeline.from_pretrained(
        Path(case["checkpoints"]) / DEV,
        dtype=torch.float32,
        tokenizer=None,
        text_encoder=Mistral3ForConditionalGeneration.from_pretrained(reader, dtype=torch.float32),
    )
    pipeline.tokenizer = AutoTokenizer.from_pretrained(reader)
    return pipeline, {
        "prompt": None,
        "prompt_embeds": read_with_mistral(pipeline, case["prompt"]),
        **schedule(pipeline, case),
    }


@torch.no_grad()
def read_with_mistral(pipeline: Flux2Pipeline, prompt: str) -> torch.Tensor:
    """The trainer's words around the prompt, padded to 512, and three hidden layers side by side."""
    text = f"<s>[SYSTEM_PROMPT]{pipeline.system_message}[/SYSTEM_PROMPT][INST]{prompt}[/INST]"
    inputs = pipeline.tokenizer(
        text,
        add_special_tokens=False,
        padding="max_length",
        truncation=True,
        max_length=512,
        return_tensors="pt",
    )
    output = pipeline.text_encoder(
        input_ids=inputs.input_ids,
        attention_mask=inputs.attention_mask,
        output_hidden_states=True,
        use_cache=False,
    )
    return torch.cat([output.hidden_states[layer] for layer in (10, 20, 30)], dim=-1)


def klein(case: Case, size: str, reader: str) -> tuple[Flux2KleinPipeline, Call]:
    """Qwen3 from its own repository, real guidance, a negative prompt read like the prompt."""
    folder = Path(case["checkpoints"]) / reader
    pipeline = Flux2KleinPipeline.from_pretrained(
        Path(case["checkpoints"]) / f"black-forest-labs/FLUX.2-klein-base-{size}",
        dtype=torch.float32,
        tokenizer=Qwen2Tokenizer.from_pretrained(folder),
        text_encoder=Qwen3ForCausalLM.from_pretrained(folder, dtype=torch.float32),
        is_distilled=False,
    )
    with torch.no_grad():
        negative, _ = pipeline.encode_prompt(case["negative_prompt"])
    return pipeline, {"negative_prompt_embeds": negative, **schedule(pipeline, case)}


def flux2_klein_4b(case: Case) -> tuple[Flux2KleinPipeline, Call]:
    return klein(case, "4B", "Qwen/Qwen3-4B")


def flux2_klein_9b(case: Case) -> tuple[Flux2KleinPipeline, Call]:
    return klein(case, "9B", "Qwen/Qwen3-8B")


def schedule(pipeline: Any, case: Case) -> Call:
    """The trainer's `get_schedule`, one step after the other, and the control images as they are."""
    pipeline.scheduler = FlowMatchEulerDiscreteScheduler(
        num_train_timesteps=1000, shift=1.0, use_dynamic_shifting=False
    )
    in_bfl_arithmetic(pipeline)
    tokens = case["width"] // 16 * (case["height"] // 16)
    slope = (1.15 - 0.5) / (4096 - 256)
    mu = slope * tokens + (0.5 - slope * 256)
    times = torch.linspace(1, 0, case["steps"] + 1)
    sigmas = (math.exp(mu) / (math.exp(mu) + (1 / times - 1) ** 1.0)).tolist()[:-1]
    return {"sigmas": sigmas, "image": open_controls(case) or None}


def in_bfl_arithmetic(pipeline: Any) -> None:
    """The trainer's own loop and modules: times as they are, steps of Python numbers, control pictures in
    bfloat16, and rounding where BFL's code has it.
    """
    forward, scheduler, steps = pipeline.transformer.forward, pipeline.scheduler, []

    def now() -> int:
        return (scheduler.begin_index or 0) + len(steps)

    def at_exact_time(**inputs: Any) -> Any:
        return forward(**inputs | {"timestep": scheduler.sigmas[now()].expand(1)})

    def step(velocity: torch.Tensor, _time: Any, latents: torch.Tensor, return_dict: bool) -> Any:
        before, after = (float(scheduler.sigmas[now() + further]) for further in (0, 1))
        steps.append(return_dict)
        # What is kept of a picture is given the noise of the step that comes.
        scheduler._step_index = now()
        return (latents + (after - before) * velocity,)

    def encode(image: torch.Tensor, generator: Any) -> torch.Tensor:
        mean = pipeline.vae.encode(image.contiguous()).latent_dist.mean
        return pipeline.vae.bn.eval()(pipeline._patchify_latents(mean)).to(torch.bfloat16)

    pipeline.transformer.forward, scheduler.step = at_exact_time, step
    pipeline._encode_vae_image = encode
    pack = pipeline._pack_latents
    pipeline._pack_latents = lambda latents: pack(latents).contiguous()
    embed = pipeline.transformer.pos_embed
    embed.forward = lambda ids: angles(ids, embed.axes_dim, embed.theta)
    for part in pipeline.transformer.modules():
        if isinstance(part, torch.nn.RMSNorm):
            part.forward = lambda x, part=part: (
                x * (x**2).mean(-1, keepdim=True).add(1e-6).rsqrt() * part.weight
            )
    for part in pipeline.vae.modules():
        if isinstance(part, torch.nn.SiLU):
            part.forward = lambda x: x * x.sigmoid()
        elif isinstance(part, Attention):
            part.forward = lambda x, temb=None, part=part: x + look(part, x)


def angles(ids: torch.Tensor, widths: list[int], theta: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosine and sine of every position in float32, each for two neighbouring channels."""
    steps = [1.0 / theta ** (torch.arange(0, width, 2, dtype=torch.float32) / width) for width in widths]
    turned = torch.cat(
        [torch.einsum("n,d->nd", ids[:, axis].float(), step) for axis, step in enumerate(steps)], -1
    )
    return tuple(side.repeat_interleave(2, dim=-1) for side in (turned.cos(), turned.sin()))


def look(attention: Attention, picture: torch.Tensor) -> torch.Tensor:
    """BFL's attention of the autoencoder, whose layers are kernels of one pixel."""
    heads = (attention.to_q, attention.to_k, attention.to_v)
    normal, size = attention.group_norm(picture), picture.shape
    rows = [
        conv2d(normal, one.weight[..., None, None], one.bias).flatten(2).mT[:, None].contiguous()
        for one in heads
    ]
    seen = scaled_dot_product_attention(*rows)[:, 0].mT.reshape(size)
    out = attention.to_out[0]
    return conv2d(seen, out.weight[..., None, None], out.bias)


MODELS = {
    "flux2": flux2,
    "flux2_diffusers": flux2_diffusers,
    "flux2_klein_4b": flux2_klein_4b,
    "flux2_klein_9b": flux2_klein_9b,
}
