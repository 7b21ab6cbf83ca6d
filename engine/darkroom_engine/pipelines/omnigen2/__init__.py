"""OmniGen2 as the trainer samples it. diffusers has neither its transformer nor its pipeline.

`transformer.py` is the network, over `blocks.py` and `rotary.py`; `schedule.py` is the time of each step;
`pictures.py` prepares control images; `pipeline.py` puts them together. Source: the trainer's omnigen2 model.
"""

from darkroom_engine.pipelines.omnigen2.pipeline import OmniGen2Pipeline
from darkroom_engine.pipelines.omnigen2.transformer import OmniGen2Transformer2DModel

__all__ = ["OmniGen2Pipeline", "OmniGen2Transformer2DModel"]
