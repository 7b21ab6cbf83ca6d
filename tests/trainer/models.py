"""What the trainer calls each model id: the `model:` section of a job as its own interface fills it in.

Source: `ui/src/app/jobs/new/options.tsx` of the trainer. `memory` options (quantize, low_vram) are left out:
they are about other weights or other places, and previews on tiny checkpoints need neither.
"""

from typing import Any

WAN22 = {"train_high_noise": True, "train_low_noise": True}
EDIT_PLUS = {"match_target_res": False}
KREA_EDIT = {"edit": True, "match_target_res": True, "kv_cache": True}

TRAINED: dict[str, dict[str, Any]] = {
    "sd15": {"arch": "sd15", "name_or_path": "stable-diffusion-v1-5/stable-diffusion-v1-5"},
    "sdxl": {"arch": "sdxl", "name_or_path": "stabilityai/stable-diffusion-xl-base-1.0"},
    "flux": {"arch": "flux", "name_or_path": "black-forest-labs/FLUX.1-dev"},
    "flux_kontext": {"arch": "flux_kontext", "name_or_path": "black-forest-labs/FLUX.1-Kontext-dev"},
    "flex1": {"arch": "flex1", "name_or_path": "ostris/Flex.1-alpha"},
    "flex2": {"arch": "flex2", "name_or_path": "ostris/Flex.2-preview"},
    "chroma": {"arch": "chroma", "name_or_path": "lodestones/Chroma1-Base"},
    "lumina2": {"arch": "lumina2", "name_or_path": "Alpha-VLLM/Lumina-Image-2.0"},
    "hidream": {"arch": "hidream", "name_or_path": "HiDream-ai/HiDream-I1-Full"},
    "hidream_e1": {"arch": "hidream_e1", "name_or_path": "HiDream-ai/HiDream-E1-1"},
    "omnigen2": {"arch": "omnigen2", "name_or_path": "OmniGen2/OmniGen2"},
    "zimage": {"arch": "zimage", "name_or_path": "Tongyi-MAI/Z-Image"},
    "zimage_turbo": {"arch": "zimage:turbo", "name_or_path": "Tongyi-MAI/Z-Image-Turbo"},
    "zimage_deturbo": {
        "arch": "zimage:deturbo",
        "name_or_path": "ostris/Z-Image-De-Turbo",
        "extras_name_or_path": "Tongyi-MAI/Z-Image-Turbo",
    },
    "qwen_image": {"arch": "qwen_image", "name_or_path": "Qwen/Qwen-Image"},
    "qwen_image_2512": {"arch": "qwen_image:2512", "name_or_path": "Qwen/Qwen-Image-2512"},
    "qwen_image_edit": {"arch": "qwen_image_edit", "name_or_path": "Qwen/Qwen-Image-Edit"},
    "qwen_image_edit_plus": {
        "arch": "qwen_image_edit_plus",
        "name_or_path": "Qwen/Qwen-Image-Edit-2509",
        "model_kwargs": EDIT_PLUS,
    },
    "qwen_image_edit_plus_2511": {
        "arch": "qwen_image_edit_plus:2511",
        "name_or_path": "Qwen/Qwen-Image-Edit-2511",
        "model_kwargs": EDIT_PLUS,
    },
    "krea2": {"arch": "krea2", "name_or_path": "krea/Krea-2-Raw"},
    "krea2_turbo": {"arch": "krea2:turbo", "name_or_path": "krea/Krea-2-Turbo"},
    "krea2_o_edit": {"arch": "krea2:o_edit", "name_or_path": "krea/Krea-2-Raw", "model_kwargs": KREA_EDIT},
    "krea2_o_edit_turbo": {
        "arch": "krea2:o_edit_turbo",
        "name_or_path": "krea/Krea-2-Turbo",
        "model_kwargs": KREA_EDIT,
    },
    "flux2": {"arch": "flux2", "name_or_path": "black-forest-labs/FLUX.2-dev"},
    "flux2_klein_4b": {"arch": "flux2_klein_4b", "name_or_path": "black-forest-labs/FLUX.2-klein-base-4B"},
    "flux2_klein_9b": {"arch": "flux2_klein_9b", "name_or_path": "black-forest-labs/FLUX.2-klein-base-9B"},
    "wan21_1b": {"arch": "wan21:1b", "name_or_path": "Wan-AI/Wan2.1-T2V-1.3B-Diffusers"},
    "wan21_14b": {"arch": "wan21:14b", "name_or_path": "Wan-AI/Wan2.1-T2V-14B-Diffusers"},
    "wan21_i2v_14b": {"arch": "wan21_i2v:14b", "name_or_path": "Wan-AI/Wan2.1-I2V-14B-720P-Diffusers"},
    "wan21_i2v_14b480p": {
        "arch": "wan21_i2v:14b480p",
        "name_or_path": "Wan-AI/Wan2.1-I2V-14B-480P-Diffusers",
    },
    "wan22_14b_t2v": {
        "arch": "wan22_14b:t2v",
        "name_or_path": "ai-toolkit/Wan2.2-T2V-A14B-Diffusers-bf16",
        "model_kwargs": WAN22,
    },
    "wan22_14b_i2v": {
        "arch": "wan22_14b_i2v",
        "name_or_path": "ai-toolkit/Wan2.2-I2V-A14B-Diffusers-bf16",
        "model_kwargs": WAN22,
    },
    "wan22_5b": {"arch": "wan22_5b", "name_or_path": "Wan-AI/Wan2.2-TI2V-5B-Diffusers"},
    "ltx2": {"arch": "ltx2", "name_or_path": "Lightricks/LTX-2"},
    "ltx2.3": {"arch": "ltx2.3", "name_or_path": "dg845/LTX-2.3-Diffusers"},
    "minimax_h3": {"arch": "minimax_h3", "name_or_path": "Comfy-Org/MiniMax-H3"},
}
