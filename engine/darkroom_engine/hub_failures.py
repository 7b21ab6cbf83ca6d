"""Why a download from the Hugging Face hub failed, and what to do about it."""

import errno


def is_unreachable(error: BaseException) -> bool:
    """Whether the hub could not be asked at all."""
    from huggingface_hub.errors import LocalEntryNotFoundError, OfflineModeIsEnabled

    names = {kind.__name__ for kind in type(error).__mro__}
    # httpx's errors share the built-in names but not the classes.
    network = {"ConnectionError", "ConnectError", "TimeoutError", "TimeoutException", "TransportError"}
    return isinstance(error, LocalEntryNotFoundError | OfflineModeIsEnabled) or bool(names & network)


def explain(name: str, revision: str, error: BaseException) -> tuple[str, str]:
    """The code and the sentence for a failed download of the repository `name`."""
    from huggingface_hub import errors

    elsewhere = f"put its files under CHECKPOINTS_PATH/{name}"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "STORAGE_FULL", f"The disk is full while downloading {name}. Free space, or move HF_HOME."
    if isinstance(error, errors.GatedRepoError):
        what = (
            f"{name} is gated. Accept its licence on https://huggingface.co/{name} and set HF_TOKEN to "
            f"a token of that account, or {elsewhere}."
        )
    elif isinstance(error, errors.RepositoryNotFoundError):
        what = f"The hub has no {name} that HF_TOKEN may read. Check the name and the token, or {elsewhere}."
    elif isinstance(error, errors.RevisionNotFoundError):
        what = f"{name} has no revision {revision!r} on the hub. Or {elsewhere}."
    elif is_unreachable(error):
        what = f"{name} is not on this machine and the hub cannot be reached. Go online, or {elsewhere}."
    else:
        what = f"{name} could not be downloaded: {type(error).__name__}: {error}. Or {elsewhere}."
    return "MODEL_FILES_MISSING", what


def redact(message: str, token: str | None) -> str:
    return message.replace(token, "[token]") if token else message
