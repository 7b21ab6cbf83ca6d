"""Tokenizers and processors that transformers only gives out beside torchvision, which is not needed here,
and weights from files that diffusers does not read in every size.

A catalog entry names them as components of the library `darkroom`.
"""

from darkroom_engine.readers.chat_tokenizer import ChatTokenizer
from darkroom_engine.readers.chroma_transformer import ChromaTransformer
from darkroom_engine.readers.clip_pictures import ClipPictureProcessor
from darkroom_engine.readers.plain_t5_tokenizer import PlainT5Tokenizer
from darkroom_engine.readers.qwen_pictures import QwenPictureProcessor

__all__ = [
    "ChatTokenizer",
    "ChromaTransformer",
    "ClipPictureProcessor",
    "PlainT5Tokenizer",
    "QwenPictureProcessor",
]
