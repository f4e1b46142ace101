"""Settings come from the environment and one file, and nothing unknown is passed over."""

import os
from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import SETTING_NAMES, Settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_without_any_setting_the_packaged_model_serves_on_this_machine_alone() -> None:
    settings = Settings.load({"PATH": "/bin"})

    assert (settings.model, settings.host, settings.port, settings.keep) == ("all-MiniLM-L6-v2", "127.0.0.1", 8000, 2)
    assert (settings.seeds.name, settings.vectors.name) == ("seeds", "vectors")


def test_an_installed_package_has_seeds_of_its_own_and_yields_to_those_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried = tmp_path / "site-packages" / "rag" / "seeds"
    carried.mkdir(parents=True)
    monkeypatch.setattr("rag.settings.__file__", str(carried.with_name("settings.py")))

    assert Settings.load({}).seeds == carried
    assert Settings.load({}).vectors == Path("vectors")
    Path("seeds").mkdir()
    assert Settings.load({}).seeds == Path("seeds")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = written(tmp_path / "mine.toml", 'port = 9000\nmodel = "other"\n')

    settings = Settings.load({"RAG_PORT": "9001", "RAG_CONFIG": str(file)})

    assert (settings.port, settings.model) == (9001, "other")


def test_a_switch_is_a_digit_in_the_environment_and_true_or_false_in_a_file(tmp_path: Path) -> None:
    file = written(tmp_path / "mine.toml", "mcp = true\n")

    assert [Settings.load({"RAG_MCP": digit}).mcp for digit in "10"] == [True, False]
    assert Settings.load({}, file).mcp
    with pytest.raises(SettingsError, match="is not 1 or 0"):
        Settings.load({}, written(tmp_path / "bad.toml", "mcp = 1\n"))


def test_a_file_in_the_working_directory_is_found(tmp_path: Path) -> None:
    written(tmp_path / ".rag.toml", "keep = 5\n")

    assert Settings.load({}).keep == 5


def test_paths_in_a_file_are_meant_from_that_file(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    file = written(tmp_path / "etc" / "rag.toml", 'seeds = "pages"\nvectors = "/srv/vectors"\n')

    settings = Settings.load({}, file)

    assert settings.seeds == tmp_path / "etc" / "pages"
    assert str(settings.vectors) == "/srv/vectors"


def test_files_of_names_are_a_list(tmp_path: Path) -> None:
    file = written(tmp_path / "rag.toml", 'authorities = ["a.toml", "/srv/b.toml"]\n')

    assert Settings.load({}, file).authorities == (tmp_path / "a.toml", Path("/srv/b.toml"))
    assert Settings.load({"RAG_AUTHORITIES": os.pathsep.join(["a.toml", "b.toml"])}).authorities == (
        Path("a.toml"),
        Path("b.toml"),
    )
    with pytest.raises(SettingsError, match=r"authorities: .* is not a text"):
        Settings.load({}, written(tmp_path / "bad.toml", "authorities = [1]\n"))


def test_every_unknown_name_is_listed_in_one_line(tmp_path: Path) -> None:
    file = written(tmp_path / "mine.toml", "prot = 1\nRAG_PORT = 2\n")

    with pytest.raises(SettingsError) as refused:
        Settings.load({"RAG_VECTOR": "x", "RAG_SEED": "y"}, file)

    message = str(refused.value)
    assert "\n" not in message
    assert all(name in message for name in ("RAG_VECTOR", "RAG_SEED", "prot", "RAG_PORT", "mine.toml", *SETTING_NAMES))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAG_PORT", "http"),
        ("RAG_PORT", "65536"),
        ("RAG_PORT", "-1"),
        ("RAG_KEEP", "0"),
        ("RAG_MCP", "on"),
        ("RAG_LOG", "LOUD"),
        ("RAG_LOG_FORMAT", "xml"),
        ("RAG_MODEL", ""),
        ("RAG_VECTORS", ""),
        ("RAG_LLM_URL", "http://127.0.0.1:8080/v1"),  # without a model
        ("RAG_LLM_MODEL", "some"),  # without an address
    ],
)
def test_an_unusable_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.load({name: value})


@pytest.mark.parametrize("text", ["port = ", "port = true", 'port = "8000x"', "seeds = 3", "model = ['a']"])
def test_a_faulty_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = written(tmp_path / "mine.toml", text)

    with pytest.raises(SettingsError, match=r"mine\.toml"):
        Settings.load({}, file)


def test_the_packaged_model_takes_no_prompt_and_another_does(tmp_path: Path) -> None:
    asked = {"RAG_MODEL_QUERY": "query: "}

    with pytest.raises(SettingsError, match=r"RAG_MODEL_QUERY .* all-MiniLM-L6-v2 takes no prompt; unset them"):
        Settings.load(asked)
    assert Settings.load({**asked, "RAG_MODEL": str(tmp_path)}).model_query == "query: "


@pytest.mark.parametrize(
    "url",
    ["127.0.0.1:8080", "ftp://host/v1", "http://", "http://user:word@host/v1", "http://h/v1?key=word", "http://[x"],
)
def test_an_unusable_or_secret_address_of_a_model_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(SettingsError, match="RAG_LLM_URL") as refused:
        Settings.load({"RAG_LLM_URL": url, "RAG_LLM_MODEL": "some"})

    assert "word" not in str(refused.value)


def test_a_key_in_a_file_is_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="RAG_LLM_KEY") as refused:
        Settings.load({}, written(tmp_path / "mine.toml", 'llm_key = "sk-word"'))

    assert "sk-word" not in str(refused.value)


def test_a_file_that_is_named_but_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        Settings.load({"RAG_CONFIG": str(tmp_path / "nowhere.toml")})
