"""`python -m local_cloud --state DIR [--port N]`: run the local cloud in the foreground."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path


def main() -> int:
    """Run until SIGTERM or SIGINT. Exit codes: 0 ended well, 2 cannot start, 3 already running."""
    parser = argparse.ArgumentParser(prog="python -m local_cloud", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="directory that holds everything")
    parser.add_argument(
        "--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)"
    )
    parser.add_argument(
        "--cache", type=Path, help="directory for what makes jobs start faster (default: none)"
    )
    parser.add_argument("--code", help="a fingerprint of this code, told by GET /_local/health")
    chosen = parser.parse_args()

    gc.disable()  # until it serves: what is imported stays, and looking through it takes a third
    from local_cloud import server  # moto takes a second to import; --help must not

    cache = chosen.cache and chosen.cache.resolve()
    try:
        return server.run(chosen.state.resolve(), chosen.port, cache, chosen.code)
    except server.CannotStart as reason:
        print(reason, file=sys.stderr)
        return reason.code


if __name__ == "__main__":
    sys.exit(main())
