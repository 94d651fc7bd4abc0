"""The rules of the house that no linter knows, read from the source or seen at work."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STUDIO = ROOT / "studio"
SOURCES = sorted(STUDIO.rglob("*.py"))
CODE = [
    *SOURCES,
    *sorted((ROOT / "packaging").glob("*.py")),
    *sorted((ROOT / "tests").rglob("*.py")),
]
LONGEST = 500  # lines; at about 400 it is time to ask what second subject moved in


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def nodes(files: list[Path], *kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """All nodes of these kinds, each with the place to show."""
    for file in files:
        for node in ast.walk(tree_of(file)):
            if isinstance(node, kinds):
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def calls(files: list[Path]) -> Iterator[tuple[str, str, dict[str, object]]]:
    """All calls: the place, the dotted name, and the keywords with what they are when constant."""
    for place, node in nodes(files, ast.Call):
        given = {word.arg: getattr(word.value, "value", ...) for word in node.keywords}
        yield place, ast.unparse(node.func), given


def imports(files: list[Path]) -> Iterator[tuple[str, str]]:
    for place, node in nodes(files, ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from ((place, name.name) for name in node.names)
        elif node.module and not node.level:
            yield from ((place, f"{node.module}.{name.name}") for name in node.names)


def test_there_is_something_to_read() -> None:
    assert len(SOURCES) > 10


def test_a_file_fits_in_the_head() -> None:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in CODE}
    assert not {str(file): lines for file, lines in lengths.items() if lines > LONGEST}


def test_no_pickle_is_loaded() -> None:
    loads = re.compile(r"\b(pickle|dill|joblib|cloudpickle|marshal)\.(loads?|Unpickler)$")
    wrong = [
        place
        for place, name, given in calls(SOURCES)
        if loads.search(name)
        or (name == "torch.load" and given.get("weights_only") is not True)
        or given.get("allow_pickle", False) is not False
        or given.get("trust_remote_code", False) is not False
    ]
    assert not wrong


def test_models_are_only_read_from_the_disk() -> None:
    """`from_pretrained` asks a hub unless it is told not to."""
    wrong = [
        place
        for place, name, given in calls(SOURCES)
        if name.endswith(".from_pretrained") and given.get("local_files_only") is not True
    ]
    assert not wrong


def test_nobody_opens_a_network_connection() -> None:
    """What import-linter cannot tell apart: urllib.parse is harmless, QLocalServer is a pipe."""
    forbidden = re.compile(
        r"urllib\.(request|error)|asyncio\.|"
        r"PySide6\.QtNetwork\.(?!QLocal(Server|Socket)\b)|PySide6\.QtWebSockets"
    )
    assert not [(place, name) for place, name in imports(SOURCES) if forbidden.match(name)]


def test_random_numbers_come_from_a_seeded_generator() -> None:
    """The global generators would make a picture depend on what was made before it."""
    files = [file for file in SOURCES if "training" not in file.parts]
    global_seed = re.compile(r"(torch|np\.random|numpy\.random|random)\.(manual_)?seed$")
    draws = re.compile(r"(torch\.(randn|rand|randint|randperm)|(\w+\.)?randn_tensor)$")
    wrong = [
        place
        for place, name, given in calls(files)
        if global_seed.match(name) or (draws.match(name) and "generator" not in given)
    ]
    assert not wrong


def test_no_error_is_swallowed() -> None:
    """A handler of everything has to do something with it."""
    wrong = []
    for place, handler in nodes(SOURCES, ast.ExceptHandler):
        caught = ast.unparse(handler.type) if handler.type else "Exception"
        does_nothing = all(isinstance(step, ast.Pass | ast.Continue) for step in handler.body)
        if caught in ("Exception", "BaseException") and does_nothing:
            wrong.append(place)
    assert not wrong


def test_nothing_is_left_for_later_in_the_code() -> None:
    marks = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
    assert not [file for file in SOURCES if marks.search(file.read_text(encoding="utf-8"))]


def test_no_path_of_somebody_s_computer() -> None:
    homes = re.compile(r"(/home/|/Users/|C:\\Users\\)\w+")
    wrong = [
        place
        for place, node in nodes(CODE, ast.Constant)
        if isinstance(node.value, str) and homes.search(node.value)
    ]
    assert not wrong


@pytest.mark.parametrize(
    "room", ["recipes", "sound", "library", "shelf", "export", "work", "engines", "ui"]
)
def test_every_room_says_what_it_is(room: str) -> None:
    assert ast.get_docstring(tree_of(STUDIO / room / "__init__.py"))


def test_the_folder_of_the_installer_is_no_package() -> None:
    """It would hide the library of that name from every tool that runs in the checkout."""
    assert not (ROOT / "packaging" / "__init__.py").exists()
    assert not (ROOT / "tests" / "packaging" / "__init__.py").exists()


HEAVY = "torch", "diffusers", "transformers", "accelerate"


def modules_after(statement: str) -> set[str]:
    """The top-level packages that a fresh Python holds after a statement."""
    show = "; import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", statement + show], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module", ["app", "cli", "export", "library", "recipes", "shelf", "ui", "work"]
)
def test_the_window_s_side_never_imports_torch(module: str) -> None:
    assert modules_after(f"import studio.{module}").isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "module", ["cli", "engines", "export", "library", "recipes", "shelf", "work"]
)
def test_the_floors_below_the_window_never_import_qt(module: str) -> None:
    assert "PySide6" not in modules_after(f"import studio.{module}")


def test_the_built_in_engines_are_registered_like_any_other() -> None:
    for engine in entry_points(group="easel.engines"):
        module, _, name = engine.value.partition(":")
        assert module.startswith("studio.engines."), engine.value
        assert name
    assert "picture" in entry_points(group="easel.engines").names


def test_the_credits_name_every_source_and_every_library() -> None:
    from studio.training.picture.credits import CREDITS

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "CREDITS.md").read_text(encoding="utf-8")
    assert not [source["name"] for source in CREDITS if source["url"] not in text]
    libraries = [re.match(r"[\w-]+", asked)[0] for asked in project["dependencies"]]
    libraries = [{"torch": "PyTorch"}.get(name, name) for name in libraries]
    assert not [name for name in libraries if name.lower() not in text.lower()]
