"""What goes wrong without a word in plain diffusers, and the loading of Chroma's original file."""

from pathlib import Path

import pytest
import torch
from diffusers import ChromaTransformer2DModel
from safetensors.torch import load_file, save_file

from darkroom_engine.failures import JobFailure
from darkroom_engine.readers import ChromaTransformer
from tests.models.case import Case, lora, plan, prompts
from tests.models.rendering import Renderer
from tiny_checkpoints.chroma import REPOSITORY, build_chroma, build_chroma_loras

CASE = Case("chroma")
FILE = f"{REPOSITORY}/Chroma1-Base.safetensors"


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chroma")
    build_chroma(folder)
    return folder


@pytest.fixture(scope="module")
def renderer(checkpoints: Path) -> Renderer:
    return Renderer(plan(CASE, checkpoints, prompts(CASE, []), [])["pipeline"])


def test_a_trainer_lora_is_merged_whole_where_diffusers_loads_nothing(
    renderer: Renderer, checkpoints: Path, tmp_path: Path
) -> None:
    build_chroma_loras(tmp_path)
    file = tmp_path / "ai_toolkit.safetensors"
    before = {name: weight.clone() for name, weight in renderer.pipeline.transformer.named_parameters()}
    renderer.pipeline.load_lora_weights(str(file))
    assert renderer.pipeline.get_list_adapters() == {}, "diffusers has learned it: say so in the docs"
    adapters = plan(CASE, checkpoints, prompts(CASE, []), [lora(file)])["adapters"]
    assert renderer.merge(adapters) == (True, [])
    changed = {
        name.removesuffix(".weight")
        for name, weight in renderer.pipeline.transformer.named_parameters()
        if not torch.equal(weight, before[name])
    }
    assert changed == {
        name
        for name, module in renderer.pipeline.transformer.named_modules()
        if isinstance(module, torch.nn.Linear) and "transformer_blocks." in name
    }
    renderer.merge([])


def test_t5_reads_the_padding_and_the_transformer_sees_one_token_of_it(renderer: Renderer) -> None:
    pipeline = renderer.pipeline
    embeds, _ids, mask, *_negative = pipeline.encode_prompt("a photo of a cat")
    tokens = pipeline.tokenizer("a photo of a cat", padding="max_length", max_length=512, return_tensors="pt")
    assert torch.equal(embeds, pipeline.text_encoder(tokens.input_ids)[0])
    hidden = pipeline.text_encoder(tokens.input_ids, attention_mask=tokens.attention_mask)[0]
    assert not torch.allclose(embeds[:, :4], hidden[:, :4])
    assert mask.dtype == torch.bool, "attention adds a mask of numbers to its scores, which hides nothing"
    assert mask.sum() == tokens.attention_mask.sum() + 1


def test_a_prompt_of_512_tokens_or_more_has_no_padding_to_see(renderer: Renderer) -> None:
    mask = renderer.pipeline.encode_prompt("a photo of a cat " * 200)[2]
    assert mask.shape == (1, 512)
    assert mask.all()


def test_the_original_file_holds_what_the_folder_holds(renderer: Renderer, checkpoints: Path) -> None:
    folder = ChromaTransformer2DModel.from_pretrained(checkpoints / REPOSITORY, subfolder="transformer")
    loaded = renderer.pipeline.transformer.state_dict()
    assert loaded.keys() == folder.state_dict().keys()
    assert all(torch.equal(loaded[name], weight.float()) for name, weight in folder.state_dict().items())


def test_the_approximator_has_the_trainers_epsilon(renderer: Renderer) -> None:
    """torch's own is 0.0078 in bfloat16, where the trainer has 1e-6."""
    norms = renderer.pipeline.transformer.distilled_guidance_layer.norms
    assert {norm.eps for norm in norms} == {1e-6}


def test_nf4_is_refused_and_not_passed_over(checkpoints: Path) -> None:
    with pytest.raises(JobFailure, match="cannot be read in nf4"):
        ChromaTransformer.from_single_file(
            str(checkpoints / FILE),
            config=str(checkpoints / REPOSITORY),
            subfolder="transformer",
            dtype=torch.bfloat16,
            quantization_config=object(),
        )


def test_a_file_without_a_config_beside_it_has_to_be_of_the_published_size(checkpoints: Path) -> None:
    with pytest.raises(ValueError, match="not a Chroma transformer of the published size"):
        ChromaTransformer.from_single_file(str(checkpoints / FILE), dtype=torch.bfloat16)


def test_a_file_that_lacks_a_block_is_refused(checkpoints: Path, tmp_path: Path) -> None:
    build_chroma(tmp_path)
    tensors = load_file(checkpoints / FILE)
    whole = {name: tensor for name, tensor in tensors.items() if not name.startswith("single_blocks.1.")}
    save_file(whole, tmp_path / FILE)
    spec = plan(CASE, tmp_path, prompts(CASE, []), [])["pipeline"]
    with pytest.raises(JobFailure, match=r"Chroma1-Base\.safetensors is not a Chroma transformer") as caught:
        Renderer(spec)
    assert caught.value.code == "MODEL_LOAD_FAILED"
