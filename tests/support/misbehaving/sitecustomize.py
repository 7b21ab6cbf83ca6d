"""Python runs this at its start when the folder is on PYTHONPATH: modules beside it are pipelines of the
engine from then on.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType


class PipelinesBesideThis(MetaPathFinder):
    """Asked last, for what the engine's own folder of pipelines does not have."""

    def find_spec(
        self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not name.startswith("darkroom_engine.pipelines."):
            return None
        return PathFinder.find_spec(name, [str(Path(__file__).parent)])


sys.meta_path.append(PipelinesBesideThis())
