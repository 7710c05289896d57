"""Serves one GGUF file on a free port of this machine, as a program of its own.

The path of the file is the one argument. The address is written as one line to standard output as
soon as the model is loaded; it is served until standard input is closed, which also happens when
whoever started this is killed. Started by `gguf.py`, by its path: nothing of Kakehashi is
imported here.
"""

import os
import sys

_CONTEXT = 8192  # tokens


def main(path: str) -> None:
    """Load, tell the address, serve; ends with code 1 where the file cannot be loaded."""
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
    os._exit(0)  # without waiting for what is being written


if __name__ == "__main__":
    main(sys.argv[1])
