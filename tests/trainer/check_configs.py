"""Whether the trainer's own configuration classes know what Darkroom writes for a training.

  PYTHON check_configs.py TRAINER CONFIGS

CONFIGS is a JSON file with a job's configuration for each model id. Each block is given to the class of the
trainer's checkout at TRAINER that reads it, and has to hold no name that the class never asks for. Prints of
each id, as JSON, the problems and what the trainer makes of it.
"""

import copy
import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any

import stand_ins

# Of no use to the classes of configurations, which read plain values.
NOT_USED = ("dotenv", "einops", "omegaconf", "torchvision")


def main() -> None:
    trainer = Path(sys.argv[1]).resolve()
    configs = json.loads(Path(sys.argv[2]).read_text())
    sys.path.insert(0, str(trainer))
    stand_ins.install(trainer, NOT_USED)
    from toolkit import config_modules

    print(
        json.dumps(
            {
                model: check(config["config"]["process"][0], config_modules)
                for model, config in configs.items()
            }
        )
    )


def check(process: dict[str, Any], modules: Any) -> dict[str, Any]:
    blocks = {
        "network": modules.NetworkConfig,
        "save": modules.SaveConfig,
        "train": modules.TrainConfig,
        "model": modules.ModelConfig,
        "sample": modules.SampleConfig,
        "logging": modules.LoggingConfig,
    }
    made = {name: read(process[name], of) for name, of in blocks.items()}
    problems = [
        f"{name}: {unknown}" for name, of in blocks.items() for unknown in strangers(process[name], of)
    ]
    for sample in process["sample"]["samples"]:
        problems += [f"sample.samples: {unknown}" for unknown in strangers(sample, modules.SampleItem)]
    for dataset in modules.preprocess_dataset_raw_config(copy.deepcopy(process["datasets"])):
        problems += [f"datasets: {unknown}" for unknown in strangers(dataset, modules.DatasetConfig)]
        read(dataset, modules.DatasetConfig)
    train = made["train"]
    return {
        "problems": problems,
        "name_or_path": made["model"].name_or_path,
        "samples": len(made["sample"].samples),
        "rank": made["network"].linear,
        "steps": train.steps,
        "ema": train.ema_config.ema_decay if train.ema_config.use_ema else None,
    }


def read(block: dict[str, Any], of: Any) -> Any:
    return of(**copy.deepcopy(block))


def strangers(block: dict[str, Any], of: Any) -> list[str]:
    """Names that the class never asks for: it takes any, and passes over what it does not know."""
    asked = set(re.findall(r"kwargs\.(?:get|pop)\(\s*['\"](\w+)['\"]", inspect.getsource(of)))
    return sorted(set(block) - asked)


if __name__ == "__main__":
    main()
