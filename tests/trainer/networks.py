"""LoRAs of the trainer's own network classes: made as training makes them, with drawn values, and saved by
themselves.
"""

from pathlib import Path
from typing import Any

import torch
from device import DEVICE

# The trainer's default: what a LoRA is saved in.
SAVED_AS = torch.float16


def attach(trained: Any, settings: dict[str, Any]) -> Any:
    """A network on the model, as `BaseSDTrainProcess.run` builds one from the `network:` section of a job."""
    from toolkit.config_modules import NetworkConfig
    from toolkit.lora_special import LoRASpecialNetwork

    config = NetworkConfig(**settings)
    model = trained.model_config
    options = dict(config.network_kwargs)
    if hasattr(trained, "target_lora_modules"):
        options["target_lin_modules"] = trained.target_lora_modules
    network = LoRASpecialNetwork(
        text_encoder=trained.text_encoder,
        unet=trained.get_model_to_train(),
        lora_dim=config.linear,
        multiplier=1.0,
        alpha=config.linear_alpha,
        train_unet=True,
        train_text_encoder=False,
        conv_lora_dim=config.conv,
        conv_alpha=config.conv_alpha,
        is_sdxl=model.is_xl or model.is_ssd,
        is_v2=model.is_v2,
        is_v3=model.is_v3,
        is_pixart=model.is_pixart,
        is_auraflow=model.is_auraflow,
        is_flux=model.is_flux,
        is_lumina2=model.is_lumina2,
        is_ssd=model.is_ssd,
        is_vega=model.is_vega,
        dropout=config.dropout,
        use_text_encoder_1=model.use_text_encoder_1,
        use_text_encoder_2=model.use_text_encoder_2,
        use_bias=False,
        is_lorm=False,
        network_config=config,
        network_type=config.type,
        transformer_only=config.transformer_only,
        is_transformer=trained.is_transformer,
        base_model=trained,
        **options,
    )
    network.force_to(DEVICE, dtype=torch.float32)
    trained.network = network
    network._update_torch_multiplier()
    network.apply_to(trained.text_encoder, trained.unet, False, True)
    network.prepare_grad_etc(trained.text_encoder, trained.unet)
    return network


def draw(network: Any, seed: int, size: float) -> None:
    """Fill every trained tensor with normal values of this size, rounded to what a saved file holds, so that
    the network and its file are the same.

    A fresh network changes nothing: its second factor is zero.
    """
    generator = torch.Generator().manual_seed(seed)
    for name, value in network.named_parameters():
        noise = torch.randn(value.shape, generator=generator) * size
        drawn = value.detach().cpu() * (1 + noise) if is_magnitude(name) else noise
        with torch.no_grad():
            value.copy_(drawn.to(SAVED_AS).float())


def is_magnitude(name: str) -> bool:
    """DoRA's magnitudes start as the norms of the weights: they are moved, not replaced."""
    return name.endswith("magnitude")


def save(network: Any, file: Path) -> None:
    """Write the file as training saves one."""
    network.save_weights(str(file), dtype=SAVED_AS, metadata=None)
