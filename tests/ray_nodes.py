"""Two Ray nodes on this machine, one of which is killed while `rag build --on ray` embeds; prints when, as JSON.

Usage: python -m tests.ray_nodes HOME
"""

import json
import os
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path
from time import sleep
from unittest.mock import patch

from ray.cluster_utils import Cluster

from rag.cli import main

ADDRESS = "127.0.0.2"  # this machine's own; the usual one Ray would replace by that of its network
BATCH = 8  # texts


def stored(home: Path) -> int:
    """How many vectors the build has kept so far."""
    with closing(sqlite3.connect(f"{home.absolute().as_uri()}/embedded.sqlite?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM embedded").fetchone()[0])


def run(home: Path) -> dict[str, int]:
    """The exit code of the build, and how many texts were stored when the node was killed, and in the end."""
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "node_ip_address": ADDRESS})
    lost = cluster.add_node(num_cpus=1, node_ip_address=ADDRESS)
    killed: list[int] = []

    def kill() -> None:
        while not killed:
            sleep(0.05)
            try:
                count = stored(home)
            except sqlite3.Error:  # the build has not begun, or is writing
                continue
            if count >= 4 * BATCH:
                cluster.remove_node(lost, allow_graceful=False)
                killed.append(count)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    with patch.dict(os.environ, RAG_VECTORS=str(home), RAY_ADDRESS=cluster.address):
        code = main(["build", "--on", "ray"])
    killer.join(60)
    cluster.shutdown()  # type: ignore[no-untyped-call]
    return {"code": code, "killed": killed[0], "stored": stored(home)}


if __name__ == "__main__":
    with patch("rag.embeddings.cache._BATCH", BATCH):
        print(json.dumps(run(Path(sys.argv[1]))))  # noqa: T201
