"""Find a checkpoint's files on this machine. Nothing is downloaded here: see `darkroom_engine.download`."""

from pathlib import Path

from darkroom_engine.failures import JobFailure


def find_folder(repository: str, revision: str, path: str | None, needed: str) -> Path:
    """The folder of a checkpoint: `path` when given, else its snapshot in the Hugging Face cache.

    `needed` is a file that a complete checkpoint has, relative to the folder. Raises JobFailure
    MODEL_FILES_MISSING with the repository's name when it is not there.
    """
    folder = Path(path) if path else find_snapshot(repository, revision)
    if folder is not None and (folder / needed).exists():
        return folder
    if path:
        raise missing(repository, f"{path} has no {needed}")
    raise missing(repository, "it is not in the Hugging Face cache of this machine")


def find_snapshot(repository: str, revision: str) -> Path | None:
    """The cached folder of a commit, tag or branch; None when there is none.

    Read from the cache's own layout: huggingface_hub calls a snapshot incomplete when it lacks files of the
    repository that no pipeline needs.
    """
    from huggingface_hub import constants

    cache = Path(constants.HF_HUB_CACHE) / f"models--{repository.replace('/', '--')}"
    reference = cache / "refs" / revision
    commit = reference.read_text().strip() if reference.is_file() else revision
    folder = cache / "snapshots" / commit
    return folder if folder.is_dir() else None


def missing(repository: str, what: str) -> JobFailure:
    return JobFailure(
        "MODEL_FILES_MISSING",
        f"The files of {repository} are not complete: {what}. Let Darkroom download them (a "
        f"gated repository wants an accepted licence and HF_TOKEN), or put them under "
        f"CHECKPOINTS_PATH/{repository}.",
        retryable=True,
    )


def has_variant(folder: Path, variant: str) -> bool:
    """Whether any weights of `folder` come in `variant`, such as `model.fp16.safetensors`."""
    return any(folder.glob(f"*/*.{variant}.safetensors")) or any(folder.glob(f"*/*.{variant}-*.safetensors"))
