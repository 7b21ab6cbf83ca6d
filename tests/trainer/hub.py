"""The checkpoints' folder in the place of the Hugging Face hub.

It is laid out `<owner>/<name>/…`, so in it, as the working folder, `from_pretrained("owner/name")` finds a
local path. What asks the hub for single files is led there.
"""

import os
from pathlib import Path
from typing import Any


def stay_in(checkpoints: Path) -> None:
    """Make `checkpoints` the working folder and the only hub there is. To be called before the trainer is
    imported.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.chdir(checkpoints)

    import huggingface_hub

    def download(repo_id: str, filename: str, subfolder: str | None = None, **_options: Any) -> str:
        file = checkpoints / repo_id / (subfolder or "") / filename
        if not file.exists():
            raise FileNotFoundError(
                f"the trainer asked the hub for {repo_id}/{filename}, which is not in {checkpoints}"
            )
        return str(file)

    def snapshot(repo_id: str, **_options: Any) -> str:
        return str(checkpoints / repo_id)

    huggingface_hub.hf_hub_download = download
    huggingface_hub.snapshot_download = snapshot
    leave_out_safety_checker()


def leave_out_safety_checker() -> None:
    """The tiny SD 1.5 has no folder of the safety checker's image processor, which previews never ask."""
    from transformers import CLIPImageProcessor

    def unasked(*_arguments: Any, **_options: Any) -> Any:
        return CLIPImageProcessor()

    CLIPImageProcessor.from_pretrained = unasked
