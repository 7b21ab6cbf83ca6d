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

from tiny_checkpoints.chroma import original_modules as chroma_modules


@dataclass
class Given:
    captions: list[str]
    pictures: list[Image.Image]
    controls: list[list[Image.Image]]
    """Of each picture."""
    noise: torch.Tensor
    times: torch.Tensor
    weights: torch.Tensor
    down: dict[str, torch.Tensor]
    rank: int
    alpha: float
    rate: float


def values(pictures: list[Image.Image]) -> torch.Tensor:
    """From 0 to 1."""
    import numpy

    arrays = [torch.from_numpy(numpy.array(picture)).permute(2, 0, 1) for picture in pictures]
    return torch.stack([array.float() / 255 for array in arrays])


def pixels(pictures: list[Image.Image]) -> torch.Tensor:
    """From -1 to 1."""
    return values(pictures) * 2 - 1


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
    controls = encoded(pipeline.vae, [each[0] for each in given.controls])
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
        functional.interpolate(each[None], size=(96, 96), mode="bilinear")
        for each in values([each[0] for each in given.controls])
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
        for pictures in (given.pictures, [each[0] for each in given.controls])
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


def chroma(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    """T5 reads its padding, and the transformer sees one token of that."""
    ways = {"padding": "max_length", "max_length": 512, "truncation": True, "return_tensors": "pt"}
    read = [pipeline.tokenizer([text], **ways) for text in given.captions]
    embeds = torch.cat([pipeline.text_encoder(tokens.input_ids)[0] for tokens in read])
    seen = [[place <= tokens.attention_mask.sum() for place in range(512)] for tokens in read]
    noisy, target = flow(encoded(pipeline.vae, given.pictures), given)
    count, channels, height, width = noisy.shape
    picture = torch.ones(count, height * width // 4, dtype=torch.bool)
    answer = pipeline.transformer(
        hidden_states=pipeline._pack_latents(noisy, count, channels, height, width),
        timestep=given.times,
        encoder_hidden_states=embeds,
        txt_ids=torch.zeros(512, 3),
        img_ids=pipeline._prepare_latent_image_ids(count, height // 2, width // 2, "cpu", torch.float32),
        attention_mask=torch.cat([torch.tensor(seen), picture], dim=1),
        return_dict=False,
    )[0]
    return pipeline._unpack_latents(answer, height * 8, width * 8, pipeline.vae_scale_factor), target


def flux2(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    """Control pictures are cut to multiples of 16, and what is seen in them is rounded to bfloat16."""
    vae = pipeline.vae
    means = [vae.encode(picture[None]).latent_dist.mode() for picture in pixels(given.pictures)]
    noisy, target = flow(vae.bn(pipeline._patchify_latents(torch.cat(means))), given)
    if not given.controls:
        return flux2_answer(pipeline, noisy, [], given.captions, given.times), target
    answers = []
    for row, pictures in enumerate(given.controls):
        shown, here = [cut_to(picture, 16) for picture in pictures], slice(row, row + 1)
        answers.append(flux2_answer(pipeline, noisy[here], shown, given.captions[here], given.times[here]))
    return torch.cat(answers), target


def flux2_answer(
    pipeline: Any, noisy: torch.Tensor, shown: list[torch.Tensor], texts: list[str], times: torch.Tensor
) -> torch.Tensor:
    read = [pipeline.encode_prompt(text) for text in texts]
    tokens, ids = pipeline._pack_latents(noisy), pipeline._prepare_latent_ids(noisy)
    count = tokens.shape[1]
    if shown:
        controls, control_ids = pipeline.prepare_image_latents(shown, 1, None, "cpu", torch.float32)
        tokens, ids = torch.cat([tokens, controls], dim=1), torch.cat([ids, control_ids], dim=1)
    found = pipeline.transformer(
        hidden_states=tokens,
        timestep=times,
        guidance=torch.ones(len(texts)) if pipeline.transformer.config.guidance_embeds else None,
        encoder_hidden_states=torch.cat([embeds for embeds, _ in read]),
        txt_ids=torch.cat([text_ids for _, text_ids in read]),
        img_ids=ids,
        return_dict=False,
    )[0][:, :count]
    return found.transpose(1, 2).reshape(noisy.shape)


def cut_to(picture: Image.Image, divisor: int) -> torch.Tensor:
    wide, tall = (side // divisor * divisor for side in picture.size)
    left, top = (picture.width - wide) // 2, (picture.height - tall) // 2
    return pixels([picture.crop((left, top, left + wide, top + tall))])


def qwen_image_edit_plus(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    """Reader and autoencoder see control pictures at about an area of test size, in their own aspect."""
    vae = pipeline.vae
    mean = torch.tensor(vae.config.latents_mean).view(1, -1, 1, 1, 1)
    deviation = torch.tensor(vae.config.latents_std).view(1, -1, 1, 1, 1)

    def latents_of(picture: torch.Tensor) -> torch.Tensor:
        return ((vae.encode(picture[:, :, None]).latent_dist.mean - mean) / deviation)[:, :, 0]

    noisy, target = flow(torch.cat([latents_of(each[None]) for each in pixels(given.pictures)]), given)
    answers = []
    for row, text in enumerate(given.captions):
        shown = [
            functional.interpolate(values([picture]), size=size, mode="bilinear")
            for picture in given.controls[row]
            for size in [{(64, 64): (96, 96), (100, 72): (96, 128)}[picture.size]]
        ]
        embeds, mask = pipeline.encode_prompt(text, image=shown)
        mask = torch.ones(embeds.shape[:2], dtype=torch.int64) if mask is None else mask
        pictures = [noisy[row : row + 1], *(latents_of(each * 2 - 1) for each in shown)]
        packed = [pipeline._pack_latents(each, *each.shape) for each in pictures]
        found = pipeline.transformer(
            hidden_states=torch.cat(packed, dim=1),
            timestep=given.times[row : row + 1],
            encoder_hidden_states=embeds,
            encoder_hidden_states_mask=mask,
            img_shapes=[[(1, each.shape[2] // 2, each.shape[3] // 2) for each in pictures]],
            return_dict=False,
        )[0][:, : packed[0].shape[1]]
        height, width = noisy.shape[2] * 8, noisy.shape[3] * 8
        answers.append(pipeline._unpack_latents(found, height, width, pipeline.vae_scale_factor)[:, :, 0])
    return torch.cat(answers), target


def wan(pipeline: Any, given: Given) -> tuple[torch.Tensor, torch.Tensor]:
    """A picture is a video of one frame, and the model's time runs to 1000."""
    read = {"do_classifier_free_guidance": False, "max_sequence_length": 512}
    rows = [pipeline.encode_prompt(text, **read)[0] for text in given.captions]
    vae = pipeline.vae
    means = [vae.encode(picture[None, :, None]).latent_dist.mean for picture in pixels(given.pictures)]
    mean = torch.tensor(vae.config.latents_mean).view(1, -1, 1, 1, 1)
    deviation = torch.tensor(vae.config.latents_std).view(1, -1, 1, 1, 1)
    noisy, target = flow(((torch.cat(means) - mean) / deviation)[:, :, 0], given)
    answer = pipeline.transformer(noisy[:, :, None], given.times * 1000, torch.cat(rows), return_dict=False)
    return answer[0][:, :, 0], target


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
    "zimage_turbo": zimage,
    "chroma": chroma,
    "flux2": flux2,
    "flux2_klein_4b": flux2,
    "flux2_klein_9b": flux2,
    "qwen_image_edit_plus": qwen_image_edit_plus,
    "qwen_image_edit_plus_2511": qwen_image_edit_plus,
    "wan21_1b": wan,
    "wan21_14b": wan,
    "wan22_5b": wan,
}

QKV = {"img_attn": ("to_q", "to_k", "to_v"), "txt_attn": ("add_q_proj", "add_k_proj", "add_v_proj")}
FLUX2 = {
    "img_attn.proj": "attn.to_out.0",
    "txt_attn.proj": "attn.to_add_out",
    "img_mlp.0": "ff.linear_in",
    "img_mlp.2": "ff.linear_out",
    "txt_mlp.0": "ff_context.linear_in",
    "txt_mlp.2": "ff_context.linear_out",
}


def modules_of(family: str, name: str) -> list[str]:
    """diffusers' modules of a layer in the trainer's file, which the original release has as one."""
    if family == "chroma":
        return list(chroma_modules()[name])
    if family.startswith("flux2"):
        kind, block, rest = name.split(".", 2)
        if kind == "single_blocks":
            last = {"linear1": "to_qkv_mlp_proj", "linear2": "to_out"}[rest]
            return [f"single_transformer_blocks.{block}.attn.{last}"]
        stem, side = f"transformer_blocks.{block}", rest.split(".")[0]
        if rest.endswith("qkv"):
            return [f"{stem}.attn.{part}" for part in QKV[side]]
        return [f"{stem}.{FLUX2[rest]}"]
    if family.startswith("wan"):
        return [wan_path(name)]
    return [name]


def wan_path(name: str) -> str:
    _, block, part, last = name.split(".")
    if part == "ffn":
        return f"blocks.{block}.ffn.net." + {"0": "0.proj", "2": "2"}[last]
    attention = {"self_attn": "attn1", "cross_attn": "attn2"}[part]
    return f"blocks.{block}.{attention}." + ("to_out.0" if last == "o" else f"to_{last}")


class Rows(torch.nn.Module):
    """Some rows of a weight that layers share."""

    def __init__(self, weight: torch.nn.Parameter, start: int, end: int) -> None:
        super().__init__()
        self.weight, self.start, self.end = weight, start, end

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        return functional.linear(states, self.weight[self.start : self.end])


def step(
    family: str, pipeline: Any, component: str, given: Given
) -> tuple[float, dict[str, tuple[torch.Tensor, torch.Tensor]]]:
    """The loss, and (down, up) of every layer after one update."""
    model = getattr(pipeline, component)
    for part in pipeline.components.values():
        if isinstance(part, torch.nn.Module):
            part.requires_grad_(False)
    modules = {name: modules_of(family, name) for name in given.down}
    targets = [path for paths in modules.values() for path in paths]
    model.add_adapter(LoraConfig(r=given.rank, lora_alpha=given.alpha, target_modules=targets), "trained")
    downs, ups = {}, {}
    for name, paths in modules.items():
        downs[name], ups[name] = joined([model.get_submodule(path) for path in paths])
        downs[name].data.copy_(given.down[name])
    weights = [weight for name in given.down for weight in (downs[name], ups[name])]
    optimizer = torch.optim.AdamW(weights, lr=given.rate, eps=1e-6, weight_decay=1e-4)
    answer, target = ANSWERS[family](pipeline, given)
    error = functional.mse_loss(answer.float(), target.float(), reduction="none")
    loss = (error.mean(dim=list(range(1, error.ndim))) * given.weights).sum() / len(given.captions)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(weights, 1.0)
    optimizer.step()
    return loss.item(), {name: (downs[name].detach(), ups[name].detach()) for name in given.down}


def joined(layers: list[Any]) -> tuple[torch.nn.Parameter, torch.nn.Parameter]:
    """(down, up) of peft's layers, which from now on share them as if they were one."""
    down, up = (getattr(layers[0], part)["trained"].weight for part in ("lora_A", "lora_B"))
    if len(layers) == 1:
        return down, up
    sizes = [layer.lora_B["trained"].weight.shape[0] for layer in layers]
    up = torch.nn.Parameter(torch.zeros(sum(sizes), up.shape[1]))
    for number, layer in enumerate(layers):
        layer.lora_A["trained"].weight = down
        start = sum(sizes[:number])
        layer.lora_B["trained"] = Rows(up, start, start + sizes[number])
    return down, up
