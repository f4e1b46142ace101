"""The README names every command, option, setting and address."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.cli import main
from rag.settings import SETTING_NAMES
from web.app import create_app

if TYPE_CHECKING:
    from rag.assistant.assistant import Assistant

README = Path("README.md").read_text(encoding="utf-8")
COMMANDS = (
    *("build", "generations", "rollback", "ask", "search", "related", "show"),
    *("replay", "check", "evaluate", "doctor", "serve"),
)


def usage(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    with pytest.raises(SystemExit, match="0"):
        main([*command, "--help"])
    return capsys.readouterr().out


def test_each_command_is_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    commands = re.findall(r"(?m)^    (\w+)", usage(capsys))

    assert tuple(commands) == COMMANDS
    assert [command for command in commands if f"rag {command}" not in README] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_each_option_is_in_the_readme(capsys: pytest.CaptureFixture[str], command: str) -> None:
    options = set(re.findall(r"(?m)^  (?:-\w, )?(--?\w[\w-]*)", usage(capsys, command))) - {"--help"}

    assert [option for option in sorted(options) if option not in README] == []


@pytest.mark.parametrize("name", SETTING_NAMES)
def test_each_setting_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


def test_each_address_is_in_the_readme(assistant: Assistant) -> None:
    application = create_app(assistant)
    described = [
        f"{method.upper()} {path}" for path, calls in application.openapi()["paths"].items() for method in calls
    ]

    assert len(described) >= 7
    assert [call for call in described if call not in README] == []
    for path in (
        "/",
        "/search",
        "/records/{id}",
        "/check",
        "/about",
        "/healthz",
        "/readyz",
        "/metrics",
        "/docs",
        "/openapi.json",
    ):
        assert f"`{path}`" in README or f"`GET {path}`" in README, path


def test_what_the_readme_refers_to_is_there() -> None:
    linked = [path for path in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in path]

    assert [path for path in linked if not Path(path).exists()] == []
