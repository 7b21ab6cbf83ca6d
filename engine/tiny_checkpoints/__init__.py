"""Tiny random checkpoints in the real on-disk layout, to run every model id on a laptop CPU."""
