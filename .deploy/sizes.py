"""Print what a collection past one machine needs. Every number is a constant below, with where it comes from.

Usage: python .deploy/sizes.py
"""

from math import ceil

DIMENSIONS = 384  # of all-MiniLM-L6-v2

# Measured: 2,515 summaries of Foreign Relations of the United States, one generation, bytes divided by records.
PASSAGES_A_RECORD = 2.29  # titles and sentences
TEXTS = 2_273  # bytes a record in the collection of texts
CACHE = 3_985  # bytes a record in the cache of a replica, on its disk, without the words of the collection as a whole

# Measured by serving 252 questions: at most 1,329,392 KiB at 1,000,000 records and 669,244 KiB at 300,000, mapped pages
# of files among them. It includes 66 bytes a record of sketches, which a replica of a cluster does not have.
REPLICA_MEMORY = (1_329_392 - 669_244) * 2**10 / 700_000 - 66  # bytes a record

# Measured: 40-word texts on one thread of a CPU. Not measured, an assumption: a GPU encodes that many.
CPU_TEXTS, GPU_TEXTS = 76, 2_000  # a second

# Measured by `make bench`, p50 of a question in one thread: 12 ms at 300,000 records, 17 ms at 1,000,000. Beyond, a
# straight line through both, which nobody measured; Milvus takes the vectors off it, and adds its own answer.
QUESTION = 0.012, (0.017 - 0.012) / 700_000  # seconds at 300,000 records, and for each further one
CORES = 8  # of a replica

# From the formulas of the index types, bytes a vector: HNSW keeps 2 M neighbours of 4 bytes (M = 16) beside the vector;
# IVF_SQ8 a byte a number; DiskANN, by Milvus' default, an eighth of the vectors in memory, on disk vector and graph.
INDEXES = {
    "HNSW, float32": (4 * DIMENSIONS + 2 * 16 * 4, 0),
    "IVF_SQ8": (DIMENSIONS + 8, 0),
    "DiskANN": (4 * DIMENSIONS // 8, 4 * DIMENSIONS + 56 * 4),
}
NODE, USABLE = 64 * 2**30, 0.7  # bytes of memory of a query node; the share that vectors may take
SHARD = 50_000_000  # vectors, a rule of thumb
REPLICAS = 2  # of each shard, so that one may be lost


def plan(passages: int) -> list[str]:
    """What so many passages need; each record has one vector that is searched."""
    records = round(passages / PASSAGES_A_RECORD)
    texts = passages + records
    seconds = QUESTION[0] + QUESTION[1] * (records - 300_000)
    lines = [f"{passages:,} passages of {records:,} records"]
    for name, (memory, disk) in INDEXES.items():
        needed = memory * records * REPLICAS
        nodes = max(REPLICAS, ceil(needed / (NODE * USABLE)))
        on_disk = f", {gigabytes(disk * records * REPLICAS)} of disk" if disk else ""
        lines.append(f"  {name}, {memory:,} bytes a vector: {gigabytes(needed)} of memory{on_disk}, {nodes} nodes")
    shards = ceil(records / SHARD)
    return [
        *lines,
        f"  texts: {gigabytes(TEXTS * records)}; shards: {shards}, each {REPLICAS} times",
        f"  a replica: {gigabytes(CACHE * records)} of disk, {gigabytes(REPLICA_MEMORY * records)} of memory",
        f"  a question: {1000 * seconds:,.0f} ms of a core; {CORES} cores answer {CORES / seconds:,.0f} a second",
        f"  encoding: {texts / CPU_TEXTS / 3600:,.0f} hours of a CPU thread, {texts / GPU_TEXTS / 3600:,.1f} of a GPU",
    ]


def gigabytes(count: float) -> str:
    """Bytes, for people."""
    return f"{count / 1e9:,.1f} GB"


if __name__ == "__main__":
    for passages in (10_000_000, 100_000_000, 1_000_000_000):
        print("\n".join(plan(passages)))
