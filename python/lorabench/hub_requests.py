"""What the hub answers, in the user's words, and when it is worth asking again."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from lorabench.errors import WorkerError

MOST_FAILURES = 5
"""In a row, without a byte between them, before a download gives up."""
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 900.0
_TOKEN_HELP = (
    "Give a token (made in the settings of your account on the hub) as HF_TOKEN,"
    ' or once with "hf auth login".'
)


@dataclass(frozen=True)
class Hub:
    """Where the hub is, which model is asked for, and whether a token is sent."""

    endpoint: str
    source: str
    revision: str
    has_token: bool


class TransientError(Exception):
    """A failure that may pass; ``explained`` is raised when it does not."""

    def __init__(self, explained: WorkerError, wait: float | None = None) -> None:
        super().__init__(explained.message)
        self.explained = explained
        self.wait = wait


class Patience:
    """Counts failures in a row and waits longer after each."""

    def __init__(self) -> None:
        self._failures = 0

    def progressed(self) -> None:
        """Something arrived: earlier failures no longer count."""
        self._failures = 0

    async def after(self, failure: TransientError) -> None:
        """Waits, or raises what the failure means when there were too many."""
        self._failures += 1
        if self._failures > MOST_FAILURES:
            raise failure.explained from failure
        await asyncio.sleep(self.seconds(failure))

    def seconds(self, failure: TransientError) -> float:
        """How long to wait now: as the hub asks, else twice as long as the last time."""
        own = _FIRST_WAIT * 2.0 ** (self._failures - 1)
        return min(_LONGEST_WAIT, own if failure.wait is None else failure.wait)


def check(hub: Hub, response: httpx2.Response) -> None:
    """Raises ``TransientError`` or ``WorkerError`` unless the answer is a success.

    Codes as in huggingface_hub's ``hf_raise_for_status``. Somebody without a token is told 401 for
    a model that does not exist, so as not to learn which private ones do.
    """
    status, headers = response.status_code, response.headers
    if status < 400:
        return
    said = headers.get("x-error-message")
    details = [f"HTTP {status} for {response.url.copy_with(query=None)}"]
    details += [f"The hub says: {said}"] if said else []
    if status == 429:
        raise TransientError(
            WorkerError(
                "rate_limited",
                "The hub limits how often it is asked (429), and did so again and again.",
                "Retry in some minutes; the download goes on where it was cut off."
                + ("" if hub.has_token else f" With a token the limit is higher. {_TOKEN_HELP}"),
                details,
            ),
            wait=_asked_to_wait(headers),
        )
    if status >= 500 or status == 408 or (status == 403 and response.history):
        # A file's own host refuses an address that has grown too old; the hub gives a new one.
        raise TransientError(
            WorkerError(
                "hub_unavailable",
                f"The hub has a problem ({status}), and had it again and again.",
                "Retry in some minutes; the download goes on where it was cut off.",
                details,
            )
        )
    raise _refusal(hub, status, headers.get("x-error-code"), said, details)


def _refusal(
    hub: Hub, status: int, code: str | None, said: str | None, details: list[str]
) -> WorkerError:
    page = f"{hub.endpoint}/{hub.source}"
    if code == "GatedRepo":
        return WorkerError(
            "gated",
            f"{hub.source} is gated: its owner asks who gets it, and "
            + (
                "the account of the token that was sent has not been let in."
                if hub.has_token
                else "no token was sent."
            ),
            f"Accept the terms at {page} with your account. "
            + ("Then retry." if hub.has_token else _TOKEN_HELP),
            details,
        )
    if code == "RevisionNotFound":
        return WorkerError(
            "not_found",
            f"{hub.source} has no revision {hub.revision}.",
            f"See {page} for its branches and tags; without one, main is taken.",
            details,
        )
    wrong_token = status == 403 or (said or "").startswith("Invalid credentials")
    if wrong_token and code != "RepoNotFound":
        return WorkerError(
            "forbidden",
            f"The hub does not let this token read {hub.source} ({status}).",
            "Make a new token with the right to read (for a gated model: to public gated"
            " repositories), set HF_TOKEN, and retry.",
            details,
        )
    if status in (401, 404):
        private = "" if hub.has_token else ", or it is private"
        return WorkerError(
            "not_found",
            f"There is no model {hub.source} on the hub{private}.",
            "Check the name (owner/name, as in the address of its page)."
            + ("" if hub.has_token else f" If it is private: {_TOKEN_HELP}"),
            details,
        )
    return WorkerError(
        "hub_unavailable",
        f"The hub refused the request ({status}).",
        "Check HF_ENDPOINT, and the proxy if there is one, and retry.",
        details,
    )


def lost(hub: Hub, error: httpx2.TransportError) -> TransientError:
    """A connection that could not be made or broke off."""
    late = isinstance(error, httpx2.TimeoutException)
    what = "did not answer in time" if late else "cannot be reached"
    if isinstance(error, (httpx2.ReadError, httpx2.RemoteProtocolError)):
        what = "cuts the connection again and again"
    return TransientError(
        WorkerError(
            "no_network",
            f"{hub.endpoint} {what}.",
            "Check the network (and HTTPS_PROXY where there is a proxy), then retry; the download"
            " goes on where it was cut off.",
            [f"{type(error).__name__}: {error}"],
        )
    )


def _asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds of ``Retry-After``, else the reset in ``RateLimit`` (``"api";r=0;t=55``)."""
    after = headers.get("retry-after", "").strip()
    if after.isdigit():
        return float(after)
    reset = re.search(r"\bt=(\d+)", headers.get("ratelimit", ""))
    return float(reset.group(1)) if reset else None
