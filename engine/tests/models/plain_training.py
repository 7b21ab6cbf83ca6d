"""One optimizer step of each family with nothing but diffusers and peft, on purpose without a line of
`darkroom_engine`.

`Given` holds what chance decides, so that both sides have the same: noise, times and first weights.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from peft import LoraConfig
from PIL import Image
from torch.nn import functional


@dataclass
class Given:
    captions: list[str]
    pictures: list[Image.Image]
    controls: list[Image.Image]
    noise: torch.Tensor
    times: torch.Tensor
    weights: torch.Tensor
    down: dict[str, torch.Tensor]
    rank: int
    alpha: float
    rate: float


def pixels(pictures: list[Image.Image]) -> torch.Tensor:
    import numpy

    arrays = [torch.from_numpy(numpy.array(picture)).permute(2, 0, 1) for picture in pictures]
    return torch.stack([array.float() / 255 * 2 - 1 for array in arrays])


def encoded(vae: Any, pictures: list[Image.Image]) -> torch.Tensor:
    means = [vae.encode(picture[None]).latent_dist.mean for picture in pixels(pictures)]
    return vae.config.scaling_factor * (torch.cat(means) - (vae.config.shift_factor or 0))


def flow(latents: torch.Tensor, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    """Noisy latents, and the answer to them."""
    along = given.times.view(-1, *[1] * (latents.ndim - 1))
    return (1 - along) * latents + along * given.noise, given.noise - latents


def flux(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    """Answer and target."""
    rows = [pipeline.encode_prompt(text, None, max_sequence_length=512) for text in given.captions]
    embeds, pooled = torch.cat([row[0] for row in rows]), torch.cat([row[1] for row in rows])
    noisy, target = flow(encoded(pipeline.vae, given.pictures), given)
    count, channels, height, width = noisy.shape
    ids = pipeline._prepare_latent_image_ids(count, height // 2, width // 2, "cpu", torch.float32)
    answer = pipeline.transformer(
        hidden_states=pipeline._pack_latents(noisy, count, channels, height, width),
        timestep=given.times,
        guidance=torch.ones(count) if pipeline.transformer.config.guidance_embeds else None,
        pooled_projections=pooled,
        encoder_hidden_states=embeds,
        txt_ids=torch.zeros(embeds.shape[1], 3),
        img_ids=ids,
        return_dict=False,
    )[0]
    return pipeline._unpack_latents(answer, height * 8, width * 8, pipeline.vae_scale_factor), target


def flex1(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    """FLUX without the guidance that was distilled into it."""
    embedding = pipeline.transformer.time_text_embed

    def plain(time: torch.Tensor, _guidance: torch.Tensor, pooled: torch.Tensor) -> torch.Tensor:
        return embedding.timestep_embedder(embedding.time_proj(time)) + embedding.text_embedder(pooled)

    embedding.forward = plain
    return flux(pipeline, given)


def flux_kontext(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    """The control picture's tokens behind the picture's, with 1 as their first coordinate."""
    rows = [pipeline.encode_prompt(text, None, max_sequence_length=512) for text in given.captions]
    embeds, pooled = torch.cat([row[0] for row in rows]), torch.cat([row[1] for row in rows])
    noisy, target = flow(encoded(pipeline.vae, given.pictures), given)
    controls = encoded(pipeline.vae, given.controls)
    count, channels, height, width = noisy.shape
    ids = pipeline._prepare_latent_image_ids(count, height // 2, width // 2, "cpu", torch.float32)
    beside = ids.clone()
    beside[:, 0] = 1
    both = [pipeline._pack_latents(each, count, channels, height, width) for each in (noisy, controls)]
    answer = pipeline.transformer(
        hidden_states=torch.cat(both, dim=1),
        timestep=given.times,
        guidance=torch.ones(count) if pipeline.transformer.config.guidance_embeds else None,
        pooled_projections=pooled,
        encoder_hidden_states=embeds,
        txt_ids=torch.zeros(embeds.shape[1], 3),
        img_ids=torch.cat([ids, beside]),
        return_dict=False,
    )[0][:, : both[0].shape[1]]
    return pipeline._unpack_latents(answer, height * 8, width * 8, pipeline.vae_scale_factor), target


def sd15(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    embeds = [pipeline.encode_prompt(text, "cpu", 1, False)[0] for text in given.captions]
    latents = encoded(pipeline.vae, given.pictures)
    noisy = pipeline.scheduler.add_noise(latents, given.noise, given.times)
    return pipeline.unet(noisy, given.times, torch.cat(embeds)).sample, given.noise


def sdxl(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    rows = [pipeline.encode_prompt(text, do_classifier_free_guidance=False) for text in given.captions]
    latents = encoded(pipeline.vae, given.pictures)
    noisy = pipeline.scheduler.add_noise(latents, given.noise, given.times)
    width, height = given.pictures[0].size
    added = {
        "text_embeds": torch.cat([row[2] for row in rows]),
        "time_ids": torch.tensor([[height, width, 0, 0, height, width]] * len(rows), dtype=torch.float32),
    }
    embeds = torch.cat([row[0] for row in rows])
    return pipeline.unet(noisy, given.times, embeds, added_cond_kwargs=added).sample, given.noise


def zimage(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    """The model's time is that of what is clear, and it answers with the negative velocity."""
    texts = pipeline.encode_prompt(list(given.captions), do_classifier_free_guidance=False)[0]
    noisy, target = flow(encoded(pipeline.vae, given.pictures), given)
    answers = pipeline.transformer([each[:, None] for each in noisy], 1 - given.times, texts)[0]
    return -torch.stack([answer[:, 0] for answer in answers]), target


def qwen_image(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    embeds, mask = pipeline.encode_prompt(list(given.captions))
    vae = pipeline.vae
    means = [vae.encode(picture[None, :, None]).latent_dist.mean for picture in pixels(given.pictures)]
    mean = torch.tensor(vae.config.latents_mean).view(1, -1, 1, 1, 1)
    deviation = torch.tensor(vae.config.latents_std).view(1, -1, 1, 1, 1)
    noisy, target = flow(((torch.cat(means) - mean) / deviation)[:, :, 0], given)
    count, channels, height, width = noisy.shape
    answer = pipeline.transformer(
        hidden_states=pipeline._pack_latents(noisy, count, channels, height, width),
        timestep=given.times,
        encoder_hidden_states=embeds,
        encoder_hidden_states_mask=mask,
        img_shapes=[[(1, height // 2, width // 2)]] * count,
        return_dict=False,
    )[0]
    return pipeline._unpack_latents(answer, height * 8, width * 8, pipeline.vae_scale_factor)[:, :, 0], target


def qwen_image_edit(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    """The reader's picture is brought to an area of test size by bilinear interpolation."""
    shown = [
        functional.interpolate((each[None] + 1) / 2, size=(96, 96), mode="bilinear")
        for each in pixels(given.controls)
    ]
    pairs = zip(given.captions, shown, strict=True)
    rows = [pipeline.encode_prompt(text, image=picture)[0] for text, picture in pairs]
    longest = max(row.shape[1] for row in rows)
    embeds = torch.cat([functional.pad(row, (0, 0, 0, longest - row.shape[1])) for row in rows])
    mask = torch.tensor([[place < row.shape[1] for place in range(longest)] for row in rows])
    vae = pipeline.vae
    mean = torch.tensor(vae.config.latents_mean).view(1, -1, 1, 1, 1)
    deviation = torch.tensor(vae.config.latents_std).view(1, -1, 1, 1, 1)
    seen = [
        torch.cat([vae.encode(each[None, :, None]).latent_dist.mean for each in pixels(pictures)])
        for pictures in (given.pictures, given.controls)
    ]
    latents, controls = (((means - mean) / deviation)[:, :, 0] for means in seen)
    noisy, target = flow(latents, given)
    count, channels, height, width = noisy.shape
    both = [pipeline._pack_latents(each, count, channels, height, width) for each in (noisy, controls)]
    answer = pipeline.transformer(
        hidden_states=torch.cat(both, dim=1),
        timestep=given.times,
        encoder_hidden_states=embeds,
        encoder_hidden_states_mask=mask.to(torch.int64),
        img_shapes=[[(1, height // 2, width // 2)] * 2] * count,
        return_dict=False,
    )[0][:, : both[0].shape[1]]
    return pipeline._unpack_latents(answer, height * 8, width * 8, pipeline.vae_scale_factor)[:, :, 0], target


def lumina2(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    rows = [pipeline.encode_prompt(text, False, max_sequence_length=256) for text in given.captions]
    noisy, target = flow(encoded(pipeline.vae, given.pictures), given)
    answer = pipeline.transformer(
        hidden_states=noisy,
        timestep=1 - given.times,
        encoder_hidden_states=torch.cat([row[0] for row in rows]),
        encoder_attention_mask=torch.cat([row[1] for row in rows]).to(torch.int64),
        return_dict=False,
    )[0]
    return -answer, target


ANSWERS: dict[str, Callable[[Any, Given], tuple[torch.Tensor, torch.Tensor]]] = {
    "flux": flux,
    "flex1": flex1,
    "flux_kontext": flux_kontext,
    "sd15": sd15,
    "sdxl": sdxl,
    "zimage": zimage,
    "zimage_deturbo": zimage,
    "qwen_image": qwen_image,
    "lumina2": lumina2,
    "qwen_image_edit": qwen_image_edit,
}


def step(
    family: str, pipeline: Any, component: str, given: Given
) -> tuple[float, dict[str, tuple[torch.Tensor, torch.Tensor]]]:
    """The loss, and (down, up) of every layer after one update."""
    model = getattr(pipeline, component)
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            part.requires_grad_(False)
    config = LoraConfig(r=given.rank, lora_alpha=given.alpha, target_modules=list(given.down))
    model.add_adapter(config, "trained")
    downs = {name: model.get_submodule(name).lora_A["trained"].weight for name in given.down}
    ups = {name: model.get_submodule(name).lora_B["trained"].weight for name in given.down}
    for name, weight in given.down.items():
        downs[name].data.copy_(weight)
    weights = [weight for name in given.down for weight in (downs[name], ups[name])]
    optimizer = torch.optim.AdamW(weights, lr=given.rate, eps=1e-6, weight_decay=1e-4)
    answer, target = ANSWERS[family](pipeline, given)
    error = functional.mse_loss(answer.float(), target.float(), reduction="none")
    loss = (error.mean(dim=list(range(1, error.ndim))) * given.weights).sum() / len(given.captions)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(weights, 1.0)
    optimizer.step()
    return loss.item(), {name: (downs[name].detach(), ups[name].detach()) for name in given.down}
