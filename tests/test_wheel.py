"""A wheel, installed where nothing but its dependencies are, serves the seeds that it carries."""

import re
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import httpx2
import pytest

ROOT = Path(__file__).parents[1]
ASKED = "What did Castro and Mikoyan discuss in November 1962?"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands of an environment are into which the wheel is installed."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    python = folder / "bin" / "python"
    install = [
        "install",
        "--no-deps",
        "--no-index",
        "--no-compile",
        "--quiet",
        "--disable-pip-version-check",
        str(wheel),
    ]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *install], check=True)  # noqa: S603
    # The dependencies are 2 GB: they are lent, by a file that passes on no other such file, so not this checkout.
    (packages,) = folder.glob("lib/python*/site-packages")
    lent = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "dependencies.pth").write_text("\n".join(lent), encoding="utf-8")
    return python.parent


def test_the_wheel_carries_every_file_of_the_packages_and_the_seeds(wheel: Path) -> None:
    files = [file for package in ("rag", "web") for file in (ROOT / package).rglob("*") if file.is_file()]
    ours = {file.relative_to(ROOT).as_posix() for file in files if file.parent.name != "__pycache__"}
    seeds = {f"rag/seeds/{file.name}" for file in (ROOT / "seeds").iterdir()}

    carried = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert seeds
    assert carried == ours | seeds | {"rag/evaluate/tuning/questions.jsonl"}
    assert {"rag/py.typed", "web/py.typed"} < carried


def test_a_tag_is_the_version_and_without_tags_or_git_there_is_one_too(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]

    def version(*change: str) -> str:
        if change:
            subprocess.run([*git, *change], cwd=tmp_path, check=True, capture_output=True)  # noqa: S603
        asked = [sys.executable, "-m", "hatchling", "version"]
        return subprocess.run(asked, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603

    assert version() == "0.0"
    version("init")
    version("add", ".")
    assert version("commit", "-m", "First") == "0.1.dev1"
    assert version("tag", "v0.2.0") == "0.2.0"


def test_served_from_an_empty_folder_it_builds_first_and_answers_with_citations(
    installed: Path, tmp_path: Path
) -> None:
    where = [str(installed / "python"), "-c", "import rag, web; print(rag.__file__, web.__file__)"]
    imported = subprocess.run(where, cwd=tmp_path, env={}, capture_output=True, check=True, text=True)  # noqa: S603
    assert [Path(file).is_relative_to(installed.parent) for file in imported.stdout.split()] == [True, True]

    with subprocess.Popen(  # noqa: S603
        [installed / "rag", "serve"],
        cwd=tmp_path,
        env={"RAG_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = next(
            (found[0] for line in process.stderr if (found := re.search(r"http://127\.0\.0\.1:[1-9]\d+", line))), None
        )
        assert address, process.stdout.read()
        with httpx2.Client(base_url=address, timeout=60) as client:
            answer = client.post("/api/v1/ask", json={"question": ASKED}).json()
            page = client.get("/", params={"q": ASKED})
            style = client.get("/static/reading-room.css")
            record = answer["citations"][0]["record"]
            cited = client.get(f"/api/v1/records/{record['id']}/citation", params={"style": "chicago"})
        process.send_signal(signal.SIGINT)
        said, _ = process.stdout.read(), process.stderr.read()

    assert said.startswith(f"{tmp_path}/vectors: no collection yet; building it first\n")
    assert "5 files, 60 listings, 57 records, 3 merged" in said
    assert [each.name for each in tmp_path.iterdir()] == ["vectors"]
    assert answer["status"] == "answered"
    assert answer["answer"][0]["text"] in f"{record['title']} {record['summary']}"
    assert (page.status_code, style.status_code, cited.status_code) == (200, 200, 200)
    assert record["title"] in cited.text
