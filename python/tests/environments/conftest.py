"""An index with three small packages, and orders to install them."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from environment_support import Index, Installer

LOCK = "# three packages\nalpha==1.0\nbeta==2.0\ngamma==3.0\n"


def three_packages() -> Index:
    made = Index()
    made.add("alpha", "1.0")
    made.add("beta", "2.0", requires=("alpha",))
    made.add("gamma", "3.0")
    return made


@pytest.fixture
def index() -> Iterator[Index]:
    made = three_packages()
    yield made
    made.close()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that the installer has made."""
    place = tmp_path_factory.mktemp("made")
    lock = place / "mlx.txt"
    lock.write_text(LOCK)
    locks = [{"name": "mlx", "file": str(lock), "hash": "h1"}]
    index = three_packages()
    try:
        order = {"name": "mlx", "folder": str(place / "mlx"), "locks": locks}
        assert Installer(order, index, {}).end()["kind"] == "done"
    finally:
        index.close()
    return place / "mlx"


@pytest.fixture
def complete(made_once: Path, folder: Path) -> Path:
    """A copy of it, where the environment of the orders lies."""
    shutil.copytree(made_once, folder, symlinks=True)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "environments" / "mlx"


@pytest.fixture
def order(tmp_path: Path, folder: Path) -> Callable[..., dict[str, Any]]:
    lock = tmp_path / "mlx.txt"
    lock.write_text(LOCK)

    def make(**more: Any) -> dict[str, Any]:
        locks = [{"name": "mlx", "file": str(lock), "hash": "h1"}]
        return {"name": "mlx", "folder": str(folder), "locks": locks, **more}

    return make


@pytest.fixture
def install(
    index: Index, order: Callable[..., dict[str, Any]]
) -> Iterator[Callable[..., Installer]]:
    started: list[Installer] = []

    def start(variables: dict[str, str] | None = None, **more: Any) -> Installer:
        installer = Installer(order(**more), index, variables or {})
        started.append(installer)
        return installer

    yield start
    for installer in started:
        installer.process.kill()
        installer.process.wait()
