"""Tests of the engine. The settings here come before anything imports torch."""

import os

# The models are too small to share among threads, and a busy machine makes threads wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
