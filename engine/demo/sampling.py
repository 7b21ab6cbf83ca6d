"""Sampling straight from latents and encoded captions, to look at a run while it trains."""

import torch
from diffusers import FluxTransformer2DModel

from .shape import PATCHES, build_scheduler, position_ids
from .vae import LATENT_CHANNELS

STEPS = 20
SHIFT_AT_64_PATCHES = 0.5 - (1.15 - 0.5) / (4096 - 256) * (256 - PATCHES)


@torch.no_grad()
def sample(
    model: FluxTransformer2DModel,
    condition: tuple[torch.Tensor, torch.Tensor],
    empty: tuple[torch.Tensor, torch.Tensor] | None,
    guidance: float,
    seed: int = 0,
) -> torch.Tensor:
    """Packed latents for encoded captions; with an empty caption, by real classifier-free guidance."""
    pooled, tokens = (part.float() for part in condition)
    text_ids, picture_ids = position_ids()
    generator = torch.Generator().manual_seed(seed)
    latents = torch.randn(len(pooled), PATCHES, 4 * LATENT_CHANNELS, generator=generator)
    scheduler = build_scheduler()
    sigmas = torch.linspace(1.0, 1 / STEPS, STEPS).tolist()
    scheduler.set_timesteps(sigmas=sigmas, mu=SHIFT_AT_64_PATCHES)

    def velocity(pooled: torch.Tensor, tokens: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        return model(
            hidden_states=latents, encoder_hidden_states=tokens, pooled_projections=pooled,
            timestep=time.expand(len(latents)) / 1000, guidance=torch.full((len(latents),), guidance),
            txt_ids=text_ids, img_ids=picture_ids, return_dict=False,
        )[0]  # fmt: skip

    for time in scheduler.timesteps:
        flow = velocity(pooled, tokens, time)
        if empty is not None:
            without = velocity(*(part.float().expand(len(latents), *part.shape[1:]) for part in empty), time)
            flow = without + guidance * (flow - without)
        latents = scheduler.step(flow, time, latents, return_dict=False)[0]
    return latents
