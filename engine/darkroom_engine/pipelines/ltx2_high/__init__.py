"""LTX-2.3 at twice the size, in three stages, as its authors describe it.

The video is made at the size that was asked for, up to its latents. A small network doubles their sides. Then
they are noised again and refined in three steps without guidance, with the distilled LoRA of the authors
beside the weights. The sound is that of the first stage.
"""

from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel

from darkroom_engine.pipelines.ltx2_high.distilled_lora import DistilledLora
from darkroom_engine.pipelines.ltx2_high.pipeline import LTX2HighPipeline

__all__ = ["DistilledLora", "LTX2HighPipeline", "LTX2LatentUpsamplerModel"]
