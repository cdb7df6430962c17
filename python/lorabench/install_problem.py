"""Why an installation of packages failed, in the words of a failure card."""

import re
from dataclasses import dataclass, field

_NO_SPACE = re.compile(
    r"No space left on device|Errno 28\b|os error 28\b|Disk quota exceeded|not enough space", re.I
)
_NO_NETWORK = re.compile(
    r"Temporary failure in name resolution|Name or service not known|nodename nor servname"
    r"|getaddrinfo failed|NewConnectionError|NameResolutionError|Network is unreachable"
    r"|Max retries exceeded|ConnectTimeoutError|ReadTimeoutError|Connection refused"
    r"|error sending request|dns error|ProxyError|tcp connect error",
    re.I,
)
_NO_BUILD = re.compile(
    r"No matching distribution found for ([^\s(]+)|Because (\S+) has no wheels"
    r"|Could not find a version that satisfies the requirement ([^\s(]+)|No solution found",
    re.I,
)
_NO_PERMISSION = re.compile(
    r"Permission denied|Errno 13\b|os error 13\b|Read-only file system", re.I
)


class CancelledError(Exception):
    """Somebody asked to stop, or the process that started this one is gone."""


@dataclass
class InstallError(Exception):
    """An installation that cannot go on: what happened, why, what to do, the last lines."""

    code: str
    what: str
    why: str
    fix: str
    log: list[str] = field(default_factory=list)


def explain(name: str, folder: str, end: str, lines: list[str]) -> InstallError:
    """The problem behind what an installer printed before it ended (``end`` says how)."""
    text = "\n".join(lines)
    what = f"The Python environment {name} could not be installed."
    if _NO_SPACE.search(text):
        return no_space(
            name, folder, "The disk filled up while packages were being installed.", lines
        )
    if _NO_PERMISSION.search(text):
        return InstallError(
            "permission", what, f"Writing to {folder} was refused.",
            "Give yourself the right to write there, or choose another folder with "
            "LORABENCH_ENVIRONMENTS.", lines,
        )  # fmt: skip
    if _NO_NETWORK.search(text):
        return InstallError(
            "no_network", what, "The package index could not be reached.",
            "Connect to the network (HTTPS_PROXY names a proxy, PIP_INDEX_URL a mirror), then "
            "retry; what was downloaded is kept.", lines,
        )  # fmt: skip
    build = _NO_BUILD.search(text)
    if build:
        package = next((group for group in build.groups() if group), "a package")
        return InstallError(
            "no_build", what, f"The index has no build of {package} for this system and Python.",
            "Use Python 3.11 to 3.14 (LORABENCH_PYTHON names one), then retry.", lines,
        )  # fmt: skip
    return InstallError(
        "failed", what, f"The package installer {end}.",
        "Read the last lines of the log below, then retry.", lines,
    )  # fmt: skip


def no_space(name: str, folder: str, why: str, log: list[str] | None = None) -> InstallError:
    """Too little disk, before or during an installation."""
    return InstallError(
        "disk_full",
        f"There is too little disk for the Python environment {name}.",
        why,
        f"Make room on the disk of {folder}, or choose another one with LORABENCH_ENVIRONMENTS; "
        "then retry. Nothing was left behind.",
        log or [],
    )
