"""The sizes of the tiny checkpoints in the places where the trainer has those of the published models
written down.

Most of the trainer's models read their sizes from the checkpoint's `config.json`. These build the network
from numbers in the source, which are replaced here; nothing that is computed with them is.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import original_files
import torch
from device import DEVICE
from torch import nn

MODELS = "extensions_built_in.diffusion_models"
MISTRAL = "mistralai/Mistral-Small-3.1-24B-Instruct-2503"


def adapt(model: str, section: dict[str, Any], checkpoints: Path, work: Path) -> dict[str, Any]:
    """The `model:` section of a job for the tiny checkpoint of this id. Files that have to be made for it go
    to `work`.
    """
    for start, change in ADAPTED.items():
        if model.startswith(start):
            return change(section, checkpoints, work)
    return section


def config_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "config.json").read_text())


def imported(module: str) -> Any:
    """A module of the trainer."""
    from importlib import import_module

    return import_module(f"{MODELS}.{module}")


def chroma(section: dict[str, Any], checkpoints: Path, _work: Path) -> dict[str, Any]:
    config = config_of(checkpoints / section["name_or_path"] / "transformer")
    sizes = imported("chroma.src.model").chroma_params
    sizes.context_in_dim = config["joint_attention_dim"]
    sizes.num_heads = config["num_attention_heads"]
    sizes.hidden_size = config["num_attention_heads"] * config["attention_head_dim"]
    sizes.axes_dim = config["axes_dims_rope"]
    sizes.approximator_in_dim = config["approximator_num_channels"]
    sizes.approximator_depth = config["approximator_layers"]
    sizes.approximator_hidden_size = config["approximator_hidden_dim"]
    place_stand_in(imported("chroma.chroma_model"))
    return section


def place_stand_in(loading: Any) -> None:
    """What stands in the place of Chroma's CLIP says that it is on a GPU."""

    class Here(loading.FakeCLIP):
        def __init__(self) -> None:
            super().__init__()
            self.device = DEVICE

    if loading.FakeCLIP.__name__ == "FakeCLIP":
        loading.FakeCLIP = Here


def flux2(section: dict[str, Any], checkpoints: Path, work: Path) -> dict[str, Any]:
    """FLUX.2 and klein, whose transformer and autoencoder the trainer reads from the original files."""
    folder = checkpoints / section["name_or_path"]
    config, vae = config_of(folder / "transformer"), config_of(folder / "vae")
    network, coder = imported("flux2.src.model"), imported("flux2.src.autoencoder")
    loading = imported("flux2.flux2_model")
    sizes = network.Flux2Params(
        in_channels=config["in_channels"],
        context_in_dim=config["joint_attention_dim"],
        hidden_size=config["num_attention_heads"] * config["attention_head_dim"],
        num_heads=config["num_attention_heads"],
        depth=config["num_layers"],
        depth_single_blocks=config["num_single_layers"],
        axes_dim=config["axes_dims_rope"],
        use_guidance_embed=config["guidance_embeds"],
    )
    widths = vae["block_out_channels"]
    coding = coder.AutoEncoderParams(
        ch=widths[0], ch_mult=[width // widths[0] for width in widths], num_res_blocks=vae["layers_per_block"]
    )
    coder.nn = with_groups(vae["norm_num_groups"])
    loading.MISTRAL_PATH = str(mistral_with_eyes(checkpoints / MISTRAL, work / "mistral"))
    loading.AutoEncoderParams = lambda: coding
    model_class = class_of(section["arch"])
    model_class.get_flux2_params = lambda _self: sizes

    made = work / section["arch"]
    original_files.write_original(
        made / model_class.flux2_te_filename,
        original_files.in_original_names(
            network.Flux2(sizes).state_dict(),
            original_files.flux2_from_original,
            original_files.diffusers_weights(folder / "transformer"),
        ),
    )
    original_files.write_original(
        made / loading.FLUX2_VAE_FILENAME,
        original_files.in_original_names(
            coder.AutoEncoder(coding).state_dict(),
            original_files.flux2_vae_from_original(vae),
            original_files.diffusers_weights(folder / "vae"),
        ),
    )
    return section | {"name_or_path": str(made)}


def mistral_with_eyes(reader: Path, made: Path) -> Path:
    """The trainer loads Mistral's image processor along with its tokenizer; it sees no pictures in a
    preview.
    """
    link_files(reader, made)
    eyes = {"image_processor_type": "PixtralImageProcessor", "processor_class": "PixtralProcessor"}
    (made / "preprocessor_config.json").write_text(json.dumps(eyes))
    return made


def with_groups(count: int) -> Any:
    """torch.nn, but for the number of groups of every GroupNorm."""
    return SimpleNamespace(
        **{**vars(nn), "GroupNorm": lambda num_groups, **options: nn.GroupNorm(count, **options)}
    )


def class_of(arch: str) -> Any:
    """The trainer's class of an arch."""
    from toolkit.config_modules import ModelConfig
    from toolkit.util.get_model import get_model_class

    return get_model_class(ModelConfig(name_or_path="none", arch=arch))


def krea2(section: dict[str, Any], checkpoints: Path, work: Path) -> dict[str, Any]:
    folder = checkpoints / section["name_or_path"]
    config = config_of(folder / "transformer")
    network, loading = imported("krea2.src.mmdit"), imported("krea2.krea2")
    shrink_krea2_layers(network, config)
    index = json.loads((folder / "model_index.json").read_text())
    loading.SELECT_LAYERS = tuple(index["text_encoder_select_layers"])
    sizes = {
        "features": config["num_attention_heads"] * config["attention_head_dim"],
        "tdim": config["timestep_embed_dim"],
        "txtdim": config["text_hidden_dim"],
        "heads": config["num_attention_heads"],
        "kvheads": config["num_key_value_heads"],
        "layers": config["num_layers"],
        "txtheads": config["text_num_attention_heads"],
        "txtkvheads": config["text_num_key_value_heads"],
        "txtlayers": config["num_text_layers"],
    }
    every = loading.KREA2_MMDIT_CONFIG | sizes
    template = network.SingleStreamDiT(network.SingleMMDiTConfig(**every)).state_dict()
    tensors = original_files.in_original_names(
        template,
        original_files.krea2_from_original,
        original_files.diffusers_weights(folder / "transformer"),
    )
    file = original_files.write_original(
        work / section["arch"].replace(":", "_") / "model.safetensors", tensors
    )
    given = section.get("model_kwargs", {})
    options = given | {"mmdit_config": sizes, "vae_path": str(folder)}
    if not given.get("edit"):
        options["text_encoder_path"] = str(krea2_reader(folder, work / "krea2-reader"))
    return section | {"name_or_path": str(file), "model_kwargs": options}


def krea2_reader(folder: Path, made: Path) -> Path:
    """The reader and the autoencoder that come with the checkpoint, which the trainer takes from Qwen's
    repositories: published they are the same, tiny ones are not. The reader that edits is Qwen's on both
    sides.
    """
    for part in ("text_encoder", "tokenizer"):
        link_files(folder / part, made / folder.name)
    return made / folder.name


def shrink_krea2_layers(network: Any, config: dict[str, Any]) -> None:
    """Feed-forward layers narrower than a multiple of 128, and fewer blocks of text fusion."""
    inner = {
        config["num_attention_heads"] * config["attention_head_dim"]: config["intermediate_size"],
        config["text_hidden_dim"]: config["text_intermediate_size"],
    }

    class NarrowSwiGLU(network.SwiGLU):
        def __init__(self, features: int, multiplier: int, bias: bool = False) -> None:
            nn.Module.__init__(self)
            self.gate = nn.Linear(features, inner[features], bias=bias)
            self.up = nn.Linear(features, inner[features], bias=bias)
            self.down = nn.Linear(inner[features], features, bias=bias)

    class ShortTextFusion(network.TextFusionTransformer):
        def __init__(self, *sizes: Any, **options: Any) -> None:
            super().__init__(*sizes, **options)
            self.layerwise_blocks = self.layerwise_blocks[: config["num_layerwise_text_blocks"]]
            self.refiner_blocks = self.refiner_blocks[: config["num_refiner_text_blocks"]]

    if network.SwiGLU.__name__ == "SwiGLU":
        network.SwiGLU, network.TextFusionTransformer = NarrowSwiGLU, ShortTextFusion


def ltx23(section: dict[str, Any], checkpoints: Path, work: Path) -> dict[str, Any]:
    """LTX-2.3 reads with a Gemma of its own repository: here that of the checkpoint, in one folder. The
    vocoder, which makes the sound, is of the simpler kind.
    """
    loading = imported("ltx2.ltx2")
    loading.LTX2VocoderWithBWE = loading.LTX2Vocoder
    folder, reader = checkpoints / section["name_or_path"], work / "ltx2.3-reader"
    for part in ("text_encoder", "tokenizer"):
        link_files(folder / part, reader)
    return section | {"te_name_or_path": str(reader)}


def link_files(source: Path, target: Path) -> None:
    """Every file of a folder, linked from another."""
    target.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        (target / file.name).unlink(missing_ok=True)
        (target / file.name).symlink_to(file)


def minimax_h3(section: dict[str, Any], checkpoints: Path, work: Path) -> dict[str, Any]:
    """Its reader's sizes are in the folder of one variant of the model, where the tiny checkpoint has them
    beside it.
    """
    original = checkpoints / "MiniMaxAI/MiniMax-H3"
    overlay = work / "minimax_h3"
    for part in ("FL2VA/tokenizer", "FL2VA/processor"):
        link_files(original / part, overlay / part)
    link_files(original / "text_encoder", overlay / "FL2VA/text_encoder")
    for name, about in PROCESSOR.items():
        (overlay / "FL2VA/processor" / name).write_text(json.dumps(about))
    config, reader = config_of(original / "transformer"), config_of(original / "text_encoder")
    loading = imported("minimax_h3.minimax_h3")
    loading.MiniMaxH3TransformerParams = partial(
        loading.MiniMaxH3TransformerParams,
        hidden_size=config["hidden_size"],
        num_layers=config["num_layers"],
        token_refiner_num_layers=config["num_refiner_layers"],
        num_attention_heads=config["num_attention_heads"],
        attention_head_dim=config["attention_head_dim"],
        ffn_hidden_size=config["ffn_dim"],
        text_dim=config["text_dim"],
        rope_inv_freq_len=config["rope_freq_dim"],
    )
    loading.ORIGINAL_REPO = str(overlay)
    layers = reader["text_config"]["num_hidden_layers"] - 1
    for module in (loading, imported("minimax_h3.src.text_encoder")):
        module.TEXT_ENCODER_LAYER = layers
    shrink_minimax_coders(loading, config_of(original / "vae"), config_of(original / "audio_vae"))
    return section


# What the published folder says of its processor beside the sizes of pictures.
PROCESSOR = {
    "processor_config.json": {"processor_class": "Qwen3VLProcessor"},
    "video_preprocessor_config.json": {"video_processor_type": "Qwen3VLVideoProcessor"},
}


def shrink_minimax_coders(loading: Any, video: dict[str, Any], audio: dict[str, Any]) -> None:
    loading.MiniMaxH3VideoVAE = partial(
        loading.MiniMaxH3VideoVAE,
        block_out_channels=tuple(video["block_out_channels"]),
        layers_per_block=video["layers_per_block"],
        space_down=tuple(video["spatial_downsample_factors"]),
        time_down=tuple(video["temporal_downsample_factors"]),
        norm_num_groups=video["norm_num_groups"],
        decoder_num_layers=video["decoder_num_layers"],
        decoder_heads=video["decoder_num_attention_heads"],
        decoder_head_dim=video["decoder_attention_head_dim"],
    )
    loading.MiniMaxH3AudioVAE = narrow_audio_coder(imported("minimax_h3.src.audio_vae"), audio)


def narrow_audio_coder(network: Any, config: dict[str, Any]) -> Any:
    """The trainer's class of the sound's autoencoder, built of its own parts in other sizes."""
    latent, width = config["latent_dim"], config["latent_channels"]

    class NarrowAudioVAE(network.MiniMaxH3AudioVAE):
        def __init__(self) -> None:
            with torch.device("meta"):
                super().__init__()
            self.encoder = network.DacEncoder(config["encoder_dim"], tuple(config["encoder_rates"]), latent)
            self.pre_block = network.AttnProjection(latent, width, config["num_attention_heads"])
            self.mean_proj, self.logs_proj = nn.Conv1d(width, width, 1), nn.Conv1d(width, width, 1)
            self.dec_in_proj = nn.Conv1d(width, latent, 1)
            self.decoder = network.BigVGANDecoder(
                latent,
                config["decoder_dim"],
                tuple(config["decoder_rates"]),
                tuple(config["decoder_kernel_sizes"]),
                tuple(config["resblock_kernel_sizes"]),
                tuple(tuple(dilations) for dilations in config["resblock_dilation_sizes"]),
            )
            for name in ("latents_mean", "latents_std"):
                self.register_buffer(name, torch.zeros(width), persistent=False)
            self.requires_grad_(False)

    return NarrowAudioVAE


def wan22_t2v(section: dict[str, Any], checkpoints: Path, work: Path) -> dict[str, Any]:
    """The reader and the autoencoder of the model's own repository. The trainer takes them from copies of its
    own: published they are the same, tiny ones are not.
    """
    own, made = checkpoints / "Wan-AI/Wan2.2-T2V-A14B-Diffusers", work / "wan22_t2v"
    for part in ("transformer", "transformer_2"):
        link_files(checkpoints / section["name_or_path"] / part, made / part)
    for part in ("text_encoder", "tokenizer", "vae"):
        link_files(own / part, made / part)
    class_of(section["arch"])._wan_vae_path = str(made / "vae")
    return section | {"name_or_path": str(made)}


Change = Callable[[dict[str, Any], Path, Path], dict[str, Any]]
ADAPTED: dict[str, Change] = {
    "chroma": chroma,
    "flux2": flux2,
    "krea2": krea2,
    "ltx2.3": ltx23,
    "minimax_h3": minimax_h3,
    "wan22_14b_t2v": wan22_t2v,
}
