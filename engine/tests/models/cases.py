"""The model ids that `test_parity` holds against plain diffusers."""

from tests.models.case import Case

NEGATIVE = {"negative": {"negative_prompt": "blurry, low quality"}}
NORMED = {"guidance that keeps its length": {"cfg_norm": True}}
ALONE = {"without its pictures": {"control_images": []}}

CASES = [
    Case("flex1"),
    Case("flux_schnell", guided=False),
    Case("flex2"),
    Case("sd15", changes=NEGATIVE),
    Case("zimage", changes=NEGATIVE),
    Case("zimage_turbo", changes=NEGATIVE),
    Case("zimage_deturbo", changes=NEGATIVE),
    Case("qwen_image", changes=NEGATIVE),
    Case("qwen_image_2512", changes=NEGATIVE),
    Case("qwen_image_edit", controls=1, height=96, fixed_area=True, changes=NEGATIVE),
    Case("qwen_image_edit_plus", controls=2, fixed_area=True, changes=NEGATIVE | NORMED),
    Case("qwen_image_edit_plus_2511", controls=3, fixed_area=True, changes=NEGATIVE | NORMED),
    Case("chroma", changes=NEGATIVE),
    Case("hidream", fixed_area=True, changes=NEGATIVE),
    Case("hidream_e1", controls=1, height=96, changes=NEGATIVE),
    Case("lumina2", changes=NEGATIVE),
    Case("flux2_diffusers"),
    Case("flux2", controls=2, changes=ALONE),
    Case("flux2_klein_4b", changes=NEGATIVE),
    Case("flux2_klein_9b", controls=3, changes=NEGATIVE | ALONE),
    Case("krea2", changes=NEGATIVE),
    Case("krea2_turbo", changes=NEGATIVE),
    Case("krea2_o_edit", controls=2, height=96, changes=NEGATIVE),
    Case("krea2_o_edit_turbo", controls=3, changes=NEGATIVE),
    Case("omnigen2", controls=2, height=96, changes=NEGATIVE | ALONE),
    Case("wan21_1b", frames=5, changes=NEGATIVE),
    Case("wan21_14b", frames=5, changes=NEGATIVE),
    Case("wan21_i2v_14b", frames=5, controls=1, changes=NEGATIVE),
    Case("wan21_i2v_14b480p", frames=5, controls=1, height=96, changes=NEGATIVE),
    Case("wan22_14b_t2v", frames=5, changes=NEGATIVE),
    # Six steps: one of them lies between the trainer's boundary and the checkpoint's.
    Case("wan22_14b_i2v", frames=9, steps=6, controls=1, changes=NEGATIVE),
    Case("wan22_5b", frames=9, controls=1, height=96, changes=NEGATIVE | ALONE),
    Case("ltx2", frames=9, controls=1, changes=NEGATIVE | ALONE),
    Case("minimax_h3", frames=5, controls=1, height=96, guided=False, changes=ALONE),
    Case("ltx2.3", frames=9, controls=1, changes=NEGATIVE | ALONE),
]
