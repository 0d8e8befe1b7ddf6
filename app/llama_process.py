"""A process that runs a model behind llama.cpp's server: `python -m app.llama_process --model FILE`.

It listens on 127.0.0.1, at a port that the system picks, and speaks OpenAI's protocol. Once the model is loaded it
prints its address, one line. It ends when its standard input closes, and so together with the process that started it,
however that ends. Starting and stopping it is in local_server.py; nothing else of ours is imported here.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Sequence
from typing import Any


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until standard input closes."""
    parser = argparse.ArgumentParser(prog="python -m app.llama_process")
    parser.add_argument("--model", required=True, metavar="FILE.gguf")
    parser.add_argument("--context", type=int, default=4096, metavar="TOKENS")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)

    address = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever llama.cpp prints goes into the log, not into the place of the address
    watcher = threading.Thread(target=_end_with_input, daemon=True)
    watcher.start()

    server = _loaded(options)
    print(server.listening_address, file=address, flush=True)
    watcher.join()
    return 0


def _loaded(options: argparse.Namespace) -> Any:
    """The server, once the model is loaded. What keeps it from that is the last line of the log."""
    # Cores that wait for each other by spinning are lost as soon as another program wants one: measured on two busy
    # cores, 0.6 tokens a second instead of 8. Read when the library is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        import xllamacpp
    except ImportError as error:
        sys.exit(f"xllamacpp cannot be loaded: {error}. Install what is missing (for libgomp: apt install libgomp1)")
    try:
        return xllamacpp.Server(_parameters(xllamacpp, options))
    except RuntimeError as error:
        sys.exit(f"llama.cpp cannot load {options.model}: {error} Is it whole? tutor model status --verify")


def _end_with_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)  # in the middle of a reply as well, which no ordinary exit would interrupt; loading holds it up


def _parameters(xllamacpp: Any, options: argparse.Namespace) -> Any:
    """One user on one machine: one reply at a time, and the start of the last prompt kept for the next one."""
    chosen = xllamacpp.CommonParams()
    chosen.model.path = options.model
    chosen.model_alias = {"local"}
    chosen.hostnames = ["127.0.0.1"]
    chosen.port = 0
    chosen.n_ctx = options.context
    chosen.n_parallel = 1
    chosen.n_batch = chosen.n_ubatch = 128  # tokens read at a time; between two, it looks whether the asker has left
    chosen.cpuparams.n_threads = chosen.cpuparams_batch.n_threads = options.threads
    chosen.cache_prompt = True
    chosen.cache_ram_mib = 512  # for prompts of other conversations, 28 KiB a token; the default is 8 GiB
    chosen.ui = chosen.endpoint_slots = chosen.endpoint_props = chosen.endpoint_metrics = False
    chosen.cors_origins = ""  # no web page may read from it
    chosen.cors_credentials = False
    chosen.offline = True
    chosen.verbosity = 2  # warnings and errors; more would log how users ask
    return chosen


if __name__ == "__main__":
    sys.exit(main())
