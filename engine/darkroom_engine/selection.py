"""Which files of a repository a pipeline needs."""

import fnmatch
import re

SMALL = (".json", ".txt", ".model", ".jinja", ".tiktoken", ".vocab")
WEIGHTS = ".safetensors"
# `model.fp16.safetensors`, `model.fp16-00001-of-00002.safetensors`, `model.safetensors.index.fp16.json`
VARIANT = re.compile(r"\.(?P<variant>[a-z]+\d*)(?:-\d+-of-\d+)?\.(?:safetensors|json)$")
# How training tools name a whole model in one file next to the folders.
PLAIN = {"index"}


def select_files(
    files: list[str], index: dict | None, variant: str | None, patterns: list[str] | None, without: list[str]
) -> list[str]:
    """The files to fetch, of all `files` of a repository.

    `index` is the parsed `model_index.json`, None where there is none. `patterns` overrules everything else.
    `without` names components that come from elsewhere. Raises ValueError when a component has no
    safetensors.
    """
    if patterns:
        named = [file for file in files if file in patterns]
        matched = [file for file in files if any(fnmatch.fnmatch(file, pattern) for pattern in patterns)]
        return named + [file for file in select_folder(matched, variant) if file not in named]
    if index is None:
        return select_folder(files, variant)
    chosen = [file for file in files if file == "model_index.json"]
    for component, source in index.items():
        if not is_component(source):
            continue
        inside = [file for file in files if file.startswith(f"{component}/")]
        if component in without:
            chosen += [file for file in inside if file.endswith("/config.json")]
            continue
        picked = select_folder(inside, variant)
        if any(file.endswith(".bin") for file in inside) and not any(
            file.endswith(WEIGHTS) for file in picked
        ):
            raise ValueError(f"{component}/ has no safetensors weights, and pickles are not loaded")
        chosen += picked
    return chosen


def is_component(source: object) -> bool:
    """Entries of `model_index.json` such as `["diffusers", "AutoencoderKL"]`; settings and nulls are none."""
    return isinstance(source, list) and len(source) == 2 and source[0] is not None


def select_folder(files: list[str], variant: str | None) -> list[str]:
    """Configuration and tokenizer files, and the weights of one variant: `variant` where present, else
    plain.
    """
    weights = [file for file in files if file.endswith(WEIGHTS) or ".safetensors.index." in file]
    wanted = variant if any(variant_of(file) == variant for file in weights) else None
    small = [file for file in files if file.endswith(SMALL) and ".index." not in file]
    return small + [file for file in weights if variant_of(file) == wanted]


def variant_of(file: str) -> str | None:
    match = VARIANT.search(file.rsplit("/", 1)[-1])
    variant = match["variant"] if match else None
    return None if variant in (None, "safetensors", *PLAIN) else variant
