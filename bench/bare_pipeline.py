"""One diffusers pipeline without a server: the baseline of the overhead benchmark.

Loads a checkpoint, then answers each line on stdin with the milliseconds that one picture took, from
prompt to the bytes of a PNG.
"""

import argparse
import io
import sys
import time

import torch
from diffusers import FluxPipeline


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--side", type=int, required=True)
    options = parser.parse_args()
    pipeline = FluxPipeline.from_pretrained(options.checkpoint, torch_dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    print("ready", flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        with torch.inference_mode():
            image = pipeline(
                prompt="a red apple",
                width=options.side,
                height=options.side,
                num_inference_steps=options.steps,
                guidance_scale=3.5,
                max_sequence_length=24,
                generator=torch.Generator("cpu").manual_seed(42),
            ).images[0]
        image.save(io.BytesIO(), format="PNG")
        print((time.perf_counter() - started) * 1000, flush=True)


if __name__ == "__main__":
    main()
