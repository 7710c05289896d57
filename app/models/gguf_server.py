"""Serves one GGUF file on a free port of this machine, as a separate program.

Its one argument is the path of the file. It prints its address on one line once the model is
loaded, and serves until standard input is closed, which also happens when the parent process dies.
`gguf.py` starts it by its path, so that it imports nothing of Kakehashi.
"""

import os
import sys

_CONTEXT = 8192  # tokens; judged: the prompt with its passages and the answer fit


def main(path: str) -> None:
    """Load the file, print the address, and serve; exit with 1 if the file cannot be loaded."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = _CONTEXT
    params.n_parallel = 1
    params.n_gpu_layers = 0
    params.verbosity = 0
    params.cpuparams.n_threads = os.cpu_count() or 1
    try:
        server = xllamacpp.Server(params)
    except RuntimeError:
        os._exit(1)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.buffer.read()
    os._exit(0)  # without waiting for answers in progress


if __name__ == "__main__":
    main(sys.argv[1])
