"""Where both sides compute: on DEVICE, as the server's setting of that name, or on the CPU."""

import os

import torch

DEVICE = torch.device(os.environ.get("DEVICE", "cpu"))
