"""Control pictures: odd sizes and other aspects, with a slope in every channel, so that any wrong resize
shows.
"""

from pathlib import Path

from PIL import Image

COUNT = 3


def draw_controls(folder: Path) -> None:
    """Write the control pictures into the folder, as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(COUNT):
        size = (100 - 12 * number, 72 + 12 * number)
        red = Image.linear_gradient("L").resize(size)
        blue = Image.radial_gradient("L").resize(size)
        Image.merge("RGB", (red, red.rotate(90), blue)).save(control_file(folder, number))


def control_file(folder: Path, number: int) -> Path:
    return folder / f"control_{number}.png"


def control_fields(folder: Path, count: int) -> dict[str, str]:
    """The first `count` pictures in the words of a sample prompt of the trainer. A model that takes one gets
    it as `ctrl_img`, others as `ctrl_img_1` and on, as the trainer's interface writes them.
    """
    files = [str(control_file(folder, number)) for number in range(count)]
    if len(files) == 1:
        return {"ctrl_img": files[0]}
    return {f"ctrl_img_{number + 1}": file for number, file in enumerate(files)}
