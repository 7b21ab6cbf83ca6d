"""The reference server of a checkout, taking requests and rendering none: what taking them costs is measured.

Fetching, loading and running a model is left out by replacing the one method that a taken request goes to.
The rest is as the checkout has it, but for its log lines: a benchmark of our server writes none either.
"""

import argparse
import logging
import sys


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("checkout")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    sys.path.insert(0, options.checkout)

    import uvicorn
    from src.server import app
    from src.tasks.executor import InferenceExecutor

    InferenceExecutor.execute = lambda self, task: None
    logging.disable(logging.INFO)
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="error")


if __name__ == "__main__":
    main()
