"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes says nothing about the program on a shared machine.
settings.register_profile("reading-room", deadline=None)
settings.load_profile("reading-room")
