"""MiniMax-H3 beyond its frames: steps, sound, the sequence, the precision of its parts, what is refused."""

import copy
import hashlib
from pathlib import Path
from typing import Any

import msgspec
import numpy
import pytest
import torch
from diffusers import MiniMaxH3Scheduler
from diffusers.modular_pipelines.minimax_h3.before_denoise import MiniMaxH3PrepareLayoutStep

from darkroom_engine.adapters.cache import AdapterCache
from darkroom_engine.adapters.merge import Merger
from darkroom_engine.audio import write_audio
from darkroom_engine.calls import call_arguments
from darkroom_engine.failures import JobFailure
from darkroom_engine.loading import load_pipeline
from darkroom_engine.pipelines.minimax_h3 import KeyframeProcessor, MiniMaxH3Transformer
from darkroom_engine.pipelines.minimax_h3.packed import pack
from darkroom_engine.pipelines.minimax_h3.schedule import sound_sigmas, video_sigmas
from darkroom_engine.plan import Adapter, Call, PipelineSpec
from darkroom_engine.previews import make_preview
from darkroom_engine.weighing import weigh
from tests.models.case import Case, control_images, plan, prompts
from tests.models.plain import import_parity, plain_case
from tests.models.rendering import DEVICE, Renderer
from tiny_checkpoints.adapter import draw_pairs, peft_keys, save_adapter
from tiny_checkpoints.minimax_h3 import HEAD, HEADS, linear_shapes
from tiny_checkpoints.recipes import RECIPES

CASE = Case("minimax_h3", frames=22, steps=3, controls=1, guided=False)


class Made:
    """A plan, the pipeline that it loads, and the prompts that it was made from."""

    def __init__(self, folder: Path) -> None:
        RECIPES[CASE.model](folder)
        self.folder = folder
        self.prompts = prompts(CASE, control_images(folder / "controls", 1))
        self.plan = plan(CASE, folder, self.prompts, [])
        self.pipeline = Renderer(self.plan["pipeline"]).pipeline

    def arguments(self, **changes: Any) -> dict[str, Any]:
        return call_arguments(self.pipeline, msgspec.convert(self.plan["calls"][0], Call)) | changes

    def spec(self, **changes: Any) -> PipelineSpec:
        return msgspec.convert(self.plan["pipeline"] | changes, PipelineSpec)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("minimax_h3"))


@pytest.mark.parametrize("steps", [1, 4])
def test_as_many_evaluations_as_steps_and_not_one_less(steps: int, made: Made) -> None:
    seen: list[torch.Tensor] = []
    handle = made.pipeline.transformer.register_forward_pre_hook(
        lambda _model, _values, named: seen.append(named["timestep"]), with_kwargs=True
    )
    try:
        made.pipeline(**made.arguments(num_inference_steps=steps, num_frames=5))
    finally:
        handle.remove()
    assert len(seen) == steps
    # Pure noise in the first one, for pictures and for sound; the given frame is nearly clean in all.
    assert seen[0].tolist() == pytest.approx([0.0, 0.999])


@pytest.mark.parametrize("steps", [1, 2, 8, 28, 150])
def test_the_schedule_is_the_released_one_of_one_more_step(steps: int) -> None:
    released, sound = MiniMaxH3Scheduler(shift=12.0), MiniMaxH3Scheduler(shift=3.0)
    for scheduler in (released, sound):
        scheduler.set_timesteps(steps + 1)
    sigmas = video_sigmas(steps)
    assert len(sigmas) == steps + 1
    assert torch.equal(sigmas, released.sigmas)
    torch.testing.assert_close(sound_sigmas(sigmas), sound.sigmas, rtol=0, atol=1e-6)


@pytest.mark.parametrize("starts", [True, False])
@pytest.mark.parametrize(
    ("rows", "columns", "frames", "sounds"), [(2, 2, 2, 8), (3, 2, 7, 37), (5, 12, 32, 178)]
)
def test_the_sequence_is_laid_out_as_in_diffusers(
    rows: int, columns: int, frames: int, sounds: int, starts: bool
) -> None:
    tags = torch.tensor([1, 1, 0, 0, 1])
    anchors = ("first",) if starts else ()
    shape = (frames, 2 * rows, 2 * columns, sounds, (1, 2, 2), 2)
    wanted = MiniMaxH3PrepareLayoutStep.build_packed_sequence(
        tags, *shape, audio_tag=2, video_tag=0, keyframe_anchors=anchors
    )
    packed = pack(tags, frames, (rows, columns), sounds, starts)
    parts = (packed.positions, packed.tags, packed.video, packed.sound, packed.text)
    for ours, theirs in zip(parts, wanted[:5], strict=True):
        assert torch.equal(ours, theirs)
    assert packed.given == wanted[5] == (rows * columns if starts else 0)


def test_longer_clips_and_their_sound_are_those_of_the_trainer(made: Made, tmp_path: Path) -> None:
    previews = []

    def on_step(_pipeline: Any, _step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        previews.append(make_preview(made.pipeline, tensors["latents"], CASE.width, CASE.height).tobytes())
        return {}

    output = made.pipeline(**made.arguments(), callback_on_step_end=on_step)
    trainer, extra = import_parity("minimax_h3").minimax_h3(
        plain_case(CASE.model, made.folder, made.prompts[0], [])
    )
    sizes = {"width": CASE.width, "height": CASE.height, "num_inference_steps": CASE.steps}
    prompt = {"prompt": made.prompts[0]["prompt"], "generator": torch.Generator("cpu").manual_seed(7)}
    frames = trainer(**sizes, **prompt, **extra).frames[0]
    assert len(frames) == 22
    assert [frame.tobytes() for frame in output.frames[0]] == [frame.tobytes() for frame in frames]
    assert torch.equal(output.audio[0], trainer.waveform)
    assert output.audio.std() > 0
    sound = write_audio(made.pipeline, output, tmp_path / "sound.pcm")
    assert sound is not None
    assert (sound.rate, sound.channels) == (32000, 2)
    # 22 frames at 24 a second are 37 latents of 800 samples; two channels of two bytes.
    assert (tmp_path / "sound.pcm").stat().st_size == 37 * 800 * 2 * 2
    # The last preview is of the latents that were decoded, so it resembles the first frame.
    assert len(set(previews)) == CASE.steps
    shown, first = (
        numpy.frombuffer(picture, numpy.uint8).astype(float).mean()
        for picture in (previews[-1], frames[0].tobytes())
    )
    assert abs(shown - first) < 40


def test_a_single_frame_is_the_trainers_picture_without_sound(made: Made, tmp_path: Path) -> None:
    asked = made.prompts[0] | {"num_frames": 1, "control_images": []}
    planned = plan(CASE, made.folder, [asked], [])
    call = msgspec.convert(planned["calls"][0], Call)
    assert (call.output, call.num_frames, call.fps) == ("image", 1, None)
    output = made.pipeline(**call_arguments(made.pipeline, call))
    picture = import_parity("reference").render(plain_case(CASE.model, made.folder, asked, []))[0]
    assert [frame.tobytes() for frame in output.frames[0]] == [picture.tobytes()]
    assert write_audio(made.pipeline, output, tmp_path / "sound.pcm") is None


def test_a_prompt_is_read_up_to_512_tokens_and_may_be_empty(made: Made) -> None:
    read = lambda text: made.pipeline.encode_prompt(text, None)  # noqa: E731
    long = read("cat " * 600)
    assert long.states.shape[1] == len(long.tags) == 512
    assert read("").states.shape[1] == 1
    picture = call_arguments(made.pipeline, msgspec.convert(made.plan["calls"][0], Call))["image"]
    with_picture = made.pipeline.encode_prompt("cat " * 600, picture)
    # 100x72 is read as 320x224 in merged patches of 32, between a start and an end, and never cut.
    assert int((with_picture.tags == 0).sum()) == 10 * 7 + 2
    assert int((with_picture.tags == 1).sum()) > 512


def test_the_readers_settings_may_be_in_the_file_of_the_whole_processor(made: Made, tmp_path: Path) -> None:
    source = made.plan["pipeline"]["components"]["processor"]
    settings = (Path(source["path"]) / source["subfolder"] / "preprocessor_config.json").read_text()
    (tmp_path / "processor_config.json").write_text(f'{{"image_processor": {settings}}}')
    picture = call_arguments(made.pipeline, msgspec.convert(made.plan["calls"][0], Call))["image"]
    one, other = made.pipeline.processor(picture), KeyframeProcessor.from_pretrained(tmp_path)(picture)
    assert all(torch.equal(ours, theirs) for ours, theirs in zip(one, other, strict=True))
    with pytest.raises(FileNotFoundError):
        KeyframeProcessor.from_pretrained(tmp_path, "nowhere")


def test_a_lora_whose_heads_are_fused_one_by_one_is_put_in_the_trainers_order(
    made: Made, tmp_path: Path
) -> None:
    """DiffSynth-Studio writes those, which plain merging would take for the others without a word."""
    shapes = {path: shape for path, shape in linear_shapes().items() if path.endswith("qkv_proj")}
    pairs = draw_pairs(shapes, 121)
    by_head = {}
    for path, (down, up) in pairs.items():
        turned = up.unflatten(0, (3, HEADS, HEAD)).transpose(0, 1).flatten(0, 2)
        by_head |= {f"{path}.lora_A.default.weight": down, f"{path}.lora_B.default.weight": turned}
    ours = peft_keys(pairs, "diffusion_model.")
    weights = [merged(made, tensors, tmp_path / "lora.safetensors")[0] for tensors in (ours, by_head, {})]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])
    assert not all(torch.equal(weights[0][name], weights[2][name]) for name in weights[0])


def test_a_lora_of_the_checkpoint_before_it_was_pruned_applies_but_for_its_modulations(
    made: Made, tmp_path: Path
) -> None:
    shapes = {
        path: torch.Size((shape[0], 2688)) if "adaln" in path else shape
        for path, shape in linear_shapes().items()
    }
    tensors = peft_keys(draw_pairs(shapes, 122), "diffusion_model.")
    without = {name: tensor for name, tensor in tensors.items() if "adaln" not in name}
    (weights, [warning]), (wanted, none) = (
        merged(made, one, tmp_path / "lora.safetensors") for one in (tensors, without)
    )
    assert "blocks.0.adaln_proj.linear" in warning
    assert none == []
    assert all(torch.equal(weights[name], wanted[name]) for name in weights)


def merged(
    made: Made, tensors: dict[str, torch.Tensor], file: Path
) -> tuple[dict[str, torch.Tensor], list[str]]:
    """The transformer's weights with a LoRA of these tensors, and the warnings. It is taken out again."""
    merger, cache = Merger(made.pipeline, DEVICE), AdapterCache(1 << 28)
    adapters = []
    if tensors:
        save_adapter(file, tensors, torch.float32)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        adapter = Adapter(
            name="lora",
            file=str(file),
            sha256=digest,
            component="transformer",
            scale=1.0,
            family="minimax_h3",
            targets=["transformer"],
        )
        adapters.append((adapter, cache.read(adapter)))
    warnings = merger.apply(adapters)[1]
    weights = {name: tensor.clone() for name, tensor in made.pipeline.transformer.state_dict().items()}
    merger.apply([])
    return weights, warnings


def test_each_part_is_held_in_the_trainers_precision(made: Made) -> None:
    pipeline = load_pipeline(made.spec(dtype="bfloat16"), DEVICE)
    transformer, vae = pipeline.transformer, pipeline.vae
    block = transformer.transformer_blocks[0]
    for part, dtype in (
        (transformer.proj_in, torch.bfloat16),
        (transformer.audio_proj_out, torch.bfloat16),
        (transformer.time_embedder.table, torch.float32),
        (block.adaln_proj.linear, torch.bfloat16),
        (transformer.norm_out.linear, torch.bfloat16),
        (block.attn.to_q, torch.bfloat16),
        (transformer.token_refiner.final_norm, torch.bfloat16),
        (pipeline.text_encoder.language_model.layers[0].mlp.up_proj, torch.uint8),
        (pipeline.text_encoder.language_model.layers[0].input_layernorm, torch.bfloat16),
        (vae.encoder.conv_in, torch.bfloat16),
        (vae.decoder.transformer_blocks[0].attn.to_q, torch.bfloat16),
        (vae.decoder.transformer_blocks[0].norm1, torch.float32),
        (vae.decoder.proj_out, torch.float32),
        (pipeline.audio_vae.decoder.conv_post, torch.float32),
    ):
        assert getattr(part, "weight", part).dtype == dtype
    # In float32 and no finer than the precision that training brings everything to.
    for values in (transformer.time_embedder.table, transformer.rope.inv_freq, vae.decoder.rope.inv_freq):
        assert values.dtype == torch.float32
        assert torch.equal(values, values.bfloat16().float())
    whole = made.pipeline(**made.arguments(num_frames=5)).frames[0]
    half = pipeline(**made.arguments(num_frames=5)).frames[0]
    error = [numpy.asarray(a, float) - numpy.asarray(b, float) for a, b in zip(whole, half, strict=True)]
    assert 0 < numpy.abs(error).mean() < 8


def test_a_denoiser_in_8_bits_renders_nearly_the_same(made: Made) -> None:
    eight = {"kind": "fp8", "components": ["transformer"]}
    pipeline = load_pipeline(made.spec(quantization=eight), DEVICE)
    assert pipeline.transformer.transformer_blocks[0].attn.to_q.weight.dtype == torch.float8_e4m3fn
    assert pipeline.transformer.transformer_blocks[0].adaln_proj.linear.weight.dtype == torch.float32
    first = numpy.asarray(made.pipeline(**made.arguments(num_frames=5)).frames[0][0], float)
    assert numpy.abs(first - numpy.asarray(pipeline(**made.arguments(num_frames=5)).frames[0][0])).mean() < 40


def test_packed_weights_are_weighed_as_they_are_held(made: Made) -> None:
    weights = weigh(made.spec(dtype="bfloat16"), DEVICE).components
    pipeline = load_pipeline(made.spec(dtype="bfloat16"), DEVICE)
    for name in ("transformer", "text_encoder"):
        held = sum(tensor.nbytes for tensor in getattr(pipeline, name).state_dict().values())
        assert weights[name] == pytest.approx(held, rel=0.2)


def test_what_cannot_be_loaded_is_refused_with_what_is_wrong(made: Made, tmp_path: Path) -> None:
    with pytest.raises(JobFailure) as caught:
        load_pipeline(made.spec(path=str(tmp_path)), DEVICE)
    assert caught.value.code == "MODEL_FILES_MISSING"
    components = copy.deepcopy(made.plan["pipeline"]["components"])
    components["transformer"]["file"] = components["text_encoder"]["file"]
    with pytest.raises(JobFailure, match="is not a pruned MiniMax-H3") as caught:
        load_pipeline(made.spec(components=components), DEVICE)
    assert caught.value.code == "MODEL_LOAD_FAILED"
    source = made.plan["pipeline"]["components"]["transformer"]
    file = Path(source["path"]) / source["file"]
    with pytest.raises(ValueError, match="quantised already"):
        described = {"config": made.plan["pipeline"]["path"], "subfolder": "transformer"}
        MiniMaxH3Transformer.from_single_file(
            str(file), **described, dtype=torch.bfloat16, quantization_config=object()
        )
