"""The README and the help name every command, option, setting, address, format and field, and lead nowhere else."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml  # type: ignore[import-untyped]

from rag.cite import STYLES
from rag.cli import main
from rag.cli.commands import parser
from rag.ingest.formats.column_names import FIELDS as COLUMNS
from rag.ingest.read import FORMATS
from rag.record import FIELDS
from rag.settings import SETTING_NAMES, Settings
from web import feeds, pages
from web.agents.tools import TOOLS
from web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import APIRouter

    from rag.assistant.assistant import Assistant

README = Path("README.md")
HELP = Path("web/help")
DOCUMENTS = [README, *sorted(Path(".github").glob("*.md")), *sorted(HELP.glob("*.md"))]
COMMANDS = (
    *("build", "copy", "generations", "rollback", "tune", "ask", "search", "related", "show"),
    *("export", "replay", "check", "evaluate", "doctor", "serve", "mcp"),
)


def read(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def help_text(page: str) -> str:
    return read(HELP / f"{page}.md")


def section(page: str, heading: str) -> str:
    """What stands below a heading, up to the next."""
    _, _, below = help_text(page).partition(f"# {heading}\n")
    return re.split(r"(?m)^#", below)[0]


def first_cells(text: str) -> list[str]:
    """What stands as code in the first column of the tables."""
    rows = re.findall(r"(?m)^\| ([^|]*`[^|]*) \|", text)
    return [name for row in rows for name in re.findall("`([^`]+)`", row)]


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"(?m)^#+ (.+)$", read(document))
    return {re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-") for heading in headings}


def usage(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    with pytest.raises(SystemExit, match="0"):
        main([*command, "--help"])
    return capsys.readouterr().out


def addresses(router: APIRouter) -> Iterator[str]:
    for route in router.routes:
        if (inner := getattr(route, "original_router", None)) is not None:
            yield from addresses(inner)
        else:
            yield getattr(route, "path", "")


def test_each_command_has_its_section(capsys: pytest.CaptureFixture[str]) -> None:
    commands = re.findall(r"(?m)^    (\w+)", usage(capsys))

    assert tuple(commands) == COMMANDS
    assert sorted(re.findall(r"(?m)^### rag (\w+)$", help_text("commands"))) == sorted(commands)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_section_of_a_command_has_its_options_and_no_others(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    options = set(re.findall(r"(?m)^  (?:-\w, )?(--?\w[\w-]*)", usage(capsys, command))) - {"--help", "--vectors"}
    documented = set(re.findall(r"`(--?[a-z][\w-]*)(?:\s\S+)?`", section("commands", f"rag {command}")))

    assert documented - {"-date"} == options


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_each_command_line_of_a_document_is_understood(document: Path) -> None:
    blocks = re.findall(r"(?ms)^```\n(.*?)^```", read(document))
    for line in re.findall(r"(?m)^(?:RAG_\w+=\S+ )*rag (.+)$", "\n".join(blocks)):
        assert parser().parse_args(shlex.split(line, comments=True)).run


def test_each_setting_stands_in_the_table_with_its_default() -> None:
    rows = dict(re.findall(r"(?m)^\| `(RAG_\w+)` \|.*\| (.+) \|$", help_text("configuration")))
    given = {
        f"RAG_{field.name.upper()}": int(field.default) if isinstance(field.default, bool) else field.default
        for field in fields(Settings)
        if isinstance(field.default, str | int) and field.default != ""
    }

    assert sorted(rows) == sorted(SETTING_NAMES)
    assert len(given) >= 5
    for name, default in given.items():
        assert rows[name].startswith(f"`{default}`"), name


def test_the_plan_past_one_machine_is_what_its_program_prints() -> None:
    printed = subprocess.run([sys.executable, ".deploy/sizes.py"], capture_output=True, text=True, check=True).stdout

    assert printed in help_text("cluster")


def test_containers_are_given_ports_addresses_and_settings_that_the_program_has() -> None:
    compose = yaml.safe_load(read(Path(".deploy/compose.yaml")))
    claim, deployment, service = yaml.safe_load_all(read(Path(".deploy/kubernetes.yaml")))
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    environment = {each["name"]: each["value"] for each in container["env"]}
    probes = [container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")]
    (port,) = container["ports"]
    (mount,) = (each["mountPath"] for each in container["volumeMounts"] if each["name"] == "data")
    balanced = re.findall(r"room\d:(\d+)", compose["configs"]["balancer"]["content"])

    settings = {*environment, *(name for each in compose["services"].values() for name in each.get("environment", ()))}
    assert {name for name in settings if name.startswith("RAG_")} <= {*SETTING_NAMES}
    assert Path(environment["RAG_VECTORS"]).parent == Path(mount)
    assert [port["containerPort"], *map(int, balanced)] == [Settings.load({}).port] * 3
    assert {probe["port"] for probe in probes} == {port["name"], service["spec"]["ports"][0]["targetPort"]}
    assert [probe["path"] for probe in probes] == ["/healthz", "/healthz", "/readyz"]
    assert all({"name": "Host", "value": "localhost"} in probe["httpHeaders"] for probe in probes)
    assert service["spec"]["selector"].items() <= deployment["spec"]["template"]["metadata"]["labels"].items()
    assert {"name": "data", "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}} in pod["volumes"]
    assert (pod["securityContext"]["runAsNonRoot"], container["securityContext"]["readOnlyRootFilesystem"]) == (
        True,
    ) * 2


def test_each_call_of_the_api_stands_in_the_table_and_no_other(assistant: Assistant) -> None:
    document = create_app(assistant).openapi()
    described = [f"{method.upper()} {path}" for path, calls in document["paths"].items() for method in calls]

    assert sorted(first_cells(section("api", "Calls"))) == sorted(described)


def test_each_page_and_file_of_the_site_stands_in_the_table_and_no_other(assistant: Assistant) -> None:
    own = [getattr(route, "path", "") for route in create_app(assistant).routes]
    site = {*addresses(pages.router), *addresses(feeds.router), *own} - {"", "/static"}
    site = {address.replace(":path}", "}") for address in site}  # a name may have slashes
    # A button of the search leads there and back; the parts of the sitemap are found by the whole.
    silent = {"/select", "/sitemap-{part}.xml"}

    assert set(first_cells(section("api", "Pages and files"))) == site - silent


def test_each_tool_of_agents_stands_in_the_table() -> None:
    assert first_cells(section("agents", "Tools")) == list(TOOLS)


def test_each_format_column_field_and_style_is_named() -> None:
    endings = {ending for each in FORMATS for ending in each.SUFFIXES}

    assert set(re.findall(r"`(\.\w+)`", section("importing", "File formats"))) == endings | {".gz", ".xz", ".bz2"}
    assert sorted(first_cells(section("importing", "Columns"))) == sorted(COLUMNS)
    assert sorted(first_cells(section("api", "Fields"))) == sorted(FIELDS)
    for text in (section("api", "Calls"), section("commands", "rag search")):
        assert [style for style in STYLES if f"`{style}`" not in text] == []


def test_each_table_of_figures_says_which_command_printed_it() -> None:
    parts = re.split(r"(?m)^## ", help_text("figures"))
    tables = [part for part in parts if "|---|" in part]

    assert len(tables) == 9
    assert [part.partition("\n")[0] for part in tables if "Printed by" not in part] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_each_link_of_a_document_leads_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", read(document)):
        path, _, anchor = link.partition("#")
        target = document.parent / path
        if "://" not in link:
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


def test_the_readme_is_short_and_leads_to_each_page_of_the_help() -> None:
    text = read(README)

    assert len(text.splitlines()) <= 150
    for page in sorted(HELP.glob("*.md")):
        assert page.stem == "index" or f"]({page})" in text


def test_the_licence_is_the_one_declared_and_the_notice_names_what_is_carried() -> None:
    project = tomllib.loads(read(Path("pyproject.toml")))["project"]
    notice = read(Path(".github/NOTICE"))
    carried = [each.name for ending in ("csl", "onnx", "xz") for each in Path("rag").rglob(f"*.{ending}")]
    citation = read(Path(".github/CITATION.cff"))

    assert project["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0" in read(Path("LICENSE"))
    assert len(carried) >= 3
    assert [name for name in carried if name not in notice] == []
    assert f"\nlicense: {project['license']}\n" in citation


def test_the_files_to_touch_for_a_change_exist() -> None:
    _, _, below = read(Path(".github/CONTRIBUTING.md")).partition("## Where a change goes\n")
    named = re.findall(r"`((?:rag|web|tests)/[^` ]+|pyproject\.toml)`", below.partition("## Words")[0])

    assert len(named) > 20
    assert not [path for path in named if not Path(path).exists()]


def test_the_glossary_explains_at_most_forty_words_each_once() -> None:
    _, _, words = read(Path(".github/CONTRIBUTING.md")).partition("## Words\n")
    explained = [word for row in re.findall(r"(?m)^\| ([a-zA-Z0-9, ]+) \|", words) for word in row.split(", ")][1:]

    assert len(re.findall(r"(?m)^\| (?!word)[a-zA-Z]", words)) <= 40
    assert len(set(explained)) == len(explained)


def test_a_class_name_has_one_definition() -> None:
    code = [read(path) for top in ("rag", "web") for path in Path(top).rglob("*.py")]
    named = [name for text in code for name in re.findall(r"(?m)^ *class (\w+)[(:]", text)]

    assert len(named) > 100
    assert sorted({name for name in named if named.count(name) > 1}) == []


@pytest.mark.parametrize(("package", "most"), [("rag", 20), ("web", 22)])
def test_a_package_shows_no_more_than_a_newcomer_can_look_over(package: str, most: int) -> None:
    folders = [each for each in Path(package).iterdir() if each.is_dir() and any(each.glob("*.py"))]
    modules = [each for each in Path(package).glob("*.py") if each.name != "__init__.py"]

    assert len(folders) + len(modules) <= most
