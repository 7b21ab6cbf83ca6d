"""Chroma with the trainer's reading of prompts (its chroma_model.py and chroma/src/model.py)."""

from typing import Any

import diffusers
import torch

Reading = tuple[torch.Tensor, torch.Tensor]


class TrainerReading:
    """T5 reads the padding along, and the transformer looks at one token of it only.

    diffusers hides the padding from T5, and passes the transformer's mask as numbers, which attention adds to
    its scores: nothing is masked then. Its pipelines for pictures make numbers of booleans too.
    """

    _prepare_attention_mask = diffusers.ChromaPipeline._prepare_attention_mask

    def _get_t5_prompt_embeds(
        self,
        prompt: list[str],
        num_images_per_prompt: int = 1,
        max_sequence_length: int = 512,
        device: torch.device | None = None,
    ) -> Reading:
        """(1, tokens, width), and a mask of booleans: the words and the first token of padding."""
        device = device or self._execution_device
        tokens = self.tokenizer(
            prompt,
            padding="max_length",
            max_length=max_sequence_length,
            truncation=True,
            return_tensors="pt",
        )
        embeds = self.text_encoder(tokens.input_ids.to(device))[0]
        words = tokens.attention_mask.sum(dim=1, keepdim=True)
        mask = torch.arange(max_sequence_length).unsqueeze(0) <= words
        return embeds.to(self.text_encoder.dtype), mask.to(device)


class ChromaPipeline(TrainerReading, diffusers.ChromaPipeline):
    """The stock pipeline with that reading."""


class ChromaImg2ImgPipeline(TrainerReading, diffusers.ChromaImg2ImgPipeline):
    """The same for a picture to begin with."""


class ChromaInpaintPipeline(TrainerReading, diffusers.ChromaInpaintPipeline):
    """The same for a part of one.

    diffusers asks its transformer for a setting that only FLUX.1's has.
    """

    def __init__(
        self,
        scheduler: Any,
        vae: Any,
        text_encoder: Any,
        tokenizer: Any,
        transformer: Any,
        image_encoder: Any = None,
        feature_extractor: Any = None,
    ) -> None:
        transformer.register_to_config(guidance_embeds=False)
        texts = (text_encoder, tokenizer)
        super().__init__(scheduler, vae, *texts, transformer, image_encoder, feature_extractor)
