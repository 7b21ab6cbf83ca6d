"""The transformer's forward pass for training: embedders in fp32, blocks in bfloat16 and compiled."""

import torch
from diffusers import FluxTransformer2DModel
from diffusers.models.transformers.transformer_flux import FluxAttention

from .attention import PlainFluxAttention
from .shape import build_transformer, position_ids


def build_for_training() -> FluxTransformer2DModel:
    """A transformer with plain attention and compiled bfloat16 blocks."""
    model = build_transformer()
    for module in model.modules():
        if isinstance(module, FluxAttention):
            module.set_processor(PlainFluxAttention())
    model.transformer_blocks.bfloat16()
    model.single_transformer_blocks.bfloat16()
    for block in model.transformer_blocks:
        # Compiled together, joint attention's backward pass yields NaN with torch 2.13 on a CPU.
        block.attn.forward = torch.compiler.disable(block.attn.forward)
        block.compile()
    for block in model.single_transformer_blocks:
        block.compile(fullgraph=True)
    return model


def rotary_positions(model: FluxTransformer2DModel) -> tuple[torch.Tensor, torch.Tensor]:
    """The rotary embedding that every 128x128 picture has."""
    return model.pos_embed(torch.cat(position_ids()))


def predict_velocity(
    model: FluxTransformer2DModel,
    rotary: tuple[torch.Tensor, torch.Tensor],
    latents: torch.Tensor,
    time: torch.Tensor,
    guidance: torch.Tensor,
    condition: tuple[torch.Tensor, torch.Tensor],
) -> torch.Tensor:
    """FluxTransformer2DModel.forward in mixed precision; condition is (pooled, tokens)."""
    pooled, tokens = condition
    signal = model.time_text_embed(time * 1000, guidance * 1000, pooled.float()).bfloat16()
    picture = model.x_embedder(latents).bfloat16()
    text = model.context_embedder(tokens.float()).bfloat16()
    for block in model.transformer_blocks:
        text, picture = block(picture, text, signal, rotary)
    for block in model.single_transformer_blocks:
        text, picture = block(picture, text, signal, rotary)
    return model.proj_out(model.norm_out(picture.float(), signal.float()))
