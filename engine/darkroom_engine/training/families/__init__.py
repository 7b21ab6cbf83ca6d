"""One module a family: how texts and pictures are encoded, and what the denoiser predicts."""
