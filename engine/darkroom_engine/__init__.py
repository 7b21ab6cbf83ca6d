"""The Python side of Darkroom: loads a diffusers pipeline, attaches adapters, runs calls, writes raw
frames.
"""

__version__ = "0.1.0"
PROTOCOL = 2
