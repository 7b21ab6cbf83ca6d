"""Scripts that train the demo model from scratch: pictures, VAE, text encoders, transformer, LoRAs."""
