"""Chroma with the trainer's reading of prompts (its chroma_model.py and chroma/src/model.py)."""

import diffusers
import torch

Reading = tuple[torch.Tensor, torch.Tensor]


class ChromaPipeline(diffusers.ChromaPipeline):
    """The stock pipeline, but T5 reads the padding along, and the transformer looks at one token of it only.

    diffusers hides the padding from T5, and passes the transformer's mask as numbers, which attention adds to
    its scores: nothing is masked then.
    """

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
