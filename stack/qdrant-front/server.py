"""Serve the part of Qdrant's REST API that Penstock uses, over the qdrant-edge engine."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # The folder is part of a checkout; running it must leave the tree clean.

import uvicorn  # noqa: E402

from front.app import FrontApp  # noqa: E402
from front.catalogue import Catalogue, DataDirectoryBusy  # noqa: E402
from front.upkeep import Upkeep  # noqa: E402


def read_arguments() -> argparse.Namespace:
    """Parse the command line; every default is the native stack's."""
    parser = argparse.ArgumentParser(prog='qdrant-front', description=__doc__)
    parser.add_argument('--host', default='127.0.0.1', help='address to listen on (default: %(default)s)')
    parser.add_argument('--port', type=int, default=16333, help='port to listen on (default: %(default)s)')
    parser.add_argument('--data', type=Path, required=True, help='directory that holds the collections')
    parser.add_argument(
        '--max-request-mb', type=int, default=32, help='largest accepted body, in MiB (default: %(default)s)'
    )
    parser.add_argument(
        '--flush-seconds', type=float, default=5.0, help='how often changes are flushed to disk (default: %(default)s)'
    )
    return parser.parse_args()


def main() -> int:
    """Open the collections, serve until SIGTERM or SIGINT, then flush and close them."""
    arguments = read_arguments()
    # uvicorn raises the signal again once it has shut down; without a handler that would end the process unflushed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        catalogue = Catalogue(arguments.data)
    except DataDirectoryBusy as busy:
        print(f'qdrant-front: {busy}', file=sys.stderr)
        return 1
    app = FrontApp(catalogue, Upkeep(catalogue, arguments.flush_seconds), arguments.max_request_mb * 1024 * 1024)
    try:
        uvicorn.run(
            app,
            host=arguments.host,
            port=arguments.port,
            loop='uvloop',
            http='httptools',
            ws='none',
            lifespan='on',
            log_level='warning',
            access_log=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=10,
        )
    finally:
        catalogue.close()
    return 0


if __name__ == '__main__':
    sys.exit(main())
