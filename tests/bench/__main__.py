"""`python -m tests.bench`."""

# A process that a run starts imports this file again, and must load no more than its own side.
if __name__ == "__main__":
    import sys

    from tests.bench.command import main

    sys.exit(main())
