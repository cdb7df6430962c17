"""Downloads a model of the hub into the cache that all tools of the hub share.

huggingface_hub's own download begins a file anew after an interruption (since 1.0 its unfinished
file is private to the process), so that a 15 GB model on a thin line may never arrive. Here an
unfinished file stays, grows, and counts only once its hash is right.
"""

import asyncio
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
from huggingface_hub import constants, get_async_session, get_token

from lorabench import schemas
from lorabench.control import StopRequest
from lorabench.errors import WorkerError, is_disk_full
from lorabench.events import EventWriter
from lorabench.hub_files import INDEX, HubFile, require_all_shards, wanted_files
from lorabench.hub_requests import Hub, Patience, TransientError, check, lost
from lorabench.hub_store import HubStore
from lorabench.recipe import Outcome
from lorabench.schemas import DownloadSpec

_AT_ONCE = 4
_LOOK_SECONDS = 0.1
_TELL_SECONDS = 0.5
_MOST_RESTARTS = 2
_NAME = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*@[\w-][\w./-]*")


def download_model(spec: DownloadSpec, events: EventWriter, stop: StopRequest) -> Outcome:
    """Runs a job of kind ``download``. Raises ``WorkerError``."""
    if constants.is_offline_mode():
        raise WorkerError(
            "offline",
            "The hub is not asked: HF_HUB_OFFLINE (or TRANSFORMERS_OFFLINE) is set.",
            "Unset it and retry, or name a local folder as the model.",
        )
    name = f"{spec.source}@{spec.revision}"
    if not _NAME.fullmatch(name) or ".." in name:
        raise WorkerError("bad_spec", f"{name} is no name on the hub.", "Ask for owner/name.")
    events.emit(
        schemas.PhaseEvent, phase="downloading", message=f"Asking {spec.endpoint} for {spec.source}"
    )
    download = _Download(spec, events)
    completed = asyncio.run(download.run_until(stop.is_set))
    return Outcome(steps=0, completed=completed)


class _Download:
    def __init__(self, spec: DownloadSpec, events: EventWriter) -> None:
        token = get_token()
        self._spec = spec
        self._hub = Hub(spec.endpoint, spec.source, spec.revision, token is not None)
        # Compressed content would have another length than the hub says.
        self._headers = {"user-agent": "lorabench", "accept-encoding": "identity"}
        if token is not None:
            self._headers["authorization"] = f"Bearer {token}"
        self._store = HubStore(Path(spec.cacheFolder), spec.source)
        self._tally = _Tally(events)
        self._cancelled = False

    async def run_until(self, is_stopped: Callable[[], bool]) -> bool:
        """True when the model is there, False when a stop was asked for."""
        work = asyncio.create_task(self._run())
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=_LOOK_SECONDS)
                self._tally.tell()
                if is_stopped() and not work.done():
                    return False
            await work
        finally:
            self._cancelled = True
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            self._tally.tell(now=True)
        return True

    async def _run(self) -> None:
        timeout = httpx2.Timeout(float(constants.HF_HUB_DOWNLOAD_TIMEOUT), pool=None)
        async with get_async_session() as client:
            client.timeout = timeout
            answer = await self._ask(client)
            commit, siblings = answer.get("sha"), answer.get("siblings")
            if not isinstance(siblings, list) or not re.fullmatch(r"[0-9a-f]{40}", str(commit)):
                raise WorkerError(
                    "bad_hub",
                    f"{self._spec.endpoint} does not answer as a hub does.",
                    "Check HF_ENDPOINT, and whether a proxy or a login page stands between.",
                )
            files = wanted_files(self._spec.source, siblings)
            try:
                self._store.prepare()
                await self._fetch_all(client, files, str(commit))
                self._store.publish(files, str(commit), self._spec.revision)
            except OSError as error:
                if not is_disk_full(error):
                    raise _unwritable(error) from error
                self._store.discard_parts(files)
                raise _disk_full(error) from error

    async def _ask(self, client: httpx2.AsyncClient) -> dict[str, Any]:
        revision = quote(self._spec.revision, safe="")
        url = f"{self._spec.endpoint}/api/models/{self._spec.source}/revision/{revision}"
        patience = Patience()
        while True:
            try:
                response = await client.get(url, params={"blobs": "true"}, headers=self._headers)
                check(self._hub, response)
                answer = response.json()
                return answer if isinstance(answer, dict) else {}
            except (httpx2.TransportError, TransientError) as error:
                again = error if isinstance(error, TransientError) else lost(self._hub, error)
                await self._wait(patience, again)
            except ValueError:
                return {}

    async def _fetch_all(
        self, client: httpx2.AsyncClient, files: list[HubFile], commit: str
    ) -> None:
        self._tally.begin({file.name: file.size for file in files})
        missing = []
        for file in files:
            if await self._is_here(file, commit):
                self._tally.arrived(file.name, file.size)
            else:
                self._tally.arrived(file.name, self._store.part_bytes(file))
                missing.append(file)
        self._store.require_room(sum(file.size - self._store.part_bytes(file) for file in missing))
        places = asyncio.Semaphore(_AT_ONCE)
        tasks = [asyncio.create_task(self._fetch(client, file, commit, places)) for file in missing]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for file in files:
            if file.name == INDEX:
                require_all_shards(self._existing(file, commit), files)

    async def _is_here(self, file: HubFile, commit: str) -> bool:
        """Checks a whole file's hash; one that is wrong is taken away to be fetched again."""
        path = self._store.existing(file, commit)
        if path is None:
            return False
        self._tally.say(f"checking {file.name}")
        if await self._matches(file, path):
            self._tally.say("")
            return True
        self._tally.warn(f"{file.name} in the cache is damaged and is fetched again.")
        path.unlink()
        return False

    def _existing(self, file: HubFile, commit: str) -> Path:
        return self._store.existing(file, commit) or self._store.blob(file)

    async def _matches(self, file: HubFile, path: Path) -> bool:
        return await asyncio.to_thread(file.matches, path, lambda: self._cancelled)

    async def _fetch(
        self, client: httpx2.AsyncClient, file: HubFile, commit: str, places: asyncio.Semaphore
    ) -> None:
        async with places, self._store.lock(file):
            # Another tool may have been faster while this waited for its lock.
            if await self._is_here(file, commit):
                self._tally.arrived(file.name, file.size)
                return
            for restart in range(_MOST_RESTARTS + 1):
                await self._fill(client, file, commit)
                self._tally.say(f"checking {file.name}")
                if await self._matches(file, self._store.part(file)):
                    self._tally.say("")
                    self._store.finish(file)
                    return
                self._store.part(file).unlink()
                self._tally.arrived(file.name, 0)
                if restart < _MOST_RESTARTS:
                    self._tally.warn(f"{file.name} arrived damaged and is fetched again.")
            raise WorkerError(
                "corrupt_download",
                f"{file.name} arrives damaged: its hash is not the one that the hub names.",
                "Retry later. If it stays so, a proxy or a mirror (HF_ENDPOINT) may change it.",
                [f"expected {file.hash}, tried {_MOST_RESTARTS + 1} times"],
            )

    async def _fill(self, client: httpx2.AsyncClient, file: HubFile, commit: str) -> None:
        """Appends to the unfinished file until it is as long as it should be."""
        part = self._store.part(file)
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        patience = Patience()
        try:
            if os.fstat(descriptor).st_size > file.size:
                os.ftruncate(descriptor, 0)
            while (have := os.fstat(descriptor).st_size) < file.size:
                try:
                    await self._stream(client, file, commit, descriptor)
                except (httpx2.TransportError, TransientError) as error:
                    if os.fstat(descriptor).st_size > have:
                        patience.progressed()
                    again = error if isinstance(error, TransientError) else lost(self._hub, error)
                    await self._wait(patience, again)
        finally:
            os.close(descriptor)

    async def _stream(
        self, client: httpx2.AsyncClient, file: HubFile, commit: str, descriptor: int
    ) -> None:
        have = os.lseek(descriptor, 0, os.SEEK_END)
        # By commit: what stands behind this address never changes.
        url = f"{self._spec.endpoint}/{self._spec.source}/resolve/{commit}/{quote(file.name)}"
        headers = {**self._headers, **({"range": f"bytes={have}-"} if have > 0 else {})}
        async with client.stream("GET", url, headers=headers) as response:
            if response.status_code == 416:
                os.ftruncate(descriptor, 0)
                raise TransientError(_odd_answer(file, "refuses to go on inside the file"))
            check(self._hub, response)
            start = _start_of(response)
            if start not in (0, have):
                raise TransientError(_odd_answer(file, "sends another part than it was asked for"))
            if start != have:
                os.ftruncate(descriptor, 0)
                have = os.lseek(descriptor, 0, os.SEEK_SET)
            async for chunk in response.aiter_bytes():
                if have + len(chunk) > file.size:
                    os.ftruncate(descriptor, 0)
                    raise TransientError(_odd_answer(file, "sends more than the file is long"))
                _write(descriptor, chunk)
                have += len(chunk)
                self._tally.arrived(file.name, have)
            if have < file.size:
                raise TransientError(_odd_answer(file, "ends before the file does"))

    async def _wait(self, patience: Patience, failure: TransientError) -> None:
        if failure.wait is not None:
            self._tally.say(f"waiting {failure.wait:.0f} s, as the hub asks")
        await patience.after(failure)
        self._tally.say("")


class _Tally:
    """Adds up what has arrived and tells it now and then."""

    def __init__(self, events: EventWriter) -> None:
        self._events = events
        self._sizes: dict[str, int] = {}
        self._arrived: dict[str, int] = {}
        self._message = ""
        self._told: tuple[int, str] | None = None
        self._told_at = 0.0

    def begin(self, sizes: dict[str, int]) -> None:
        self._sizes = sizes

    def arrived(self, name: str, count: int) -> None:
        self._arrived[name] = count

    def say(self, message: str) -> None:
        self._message = message

    def warn(self, message: str) -> None:
        self._events.warn("damaged_file", message)

    def tell(self, *, now: bool = False) -> None:
        done = sum(self._arrived.values())
        state = (done, self._message)
        late = time.monotonic() - self._told_at >= _TELL_SECONDS
        if state == self._told or not (late or now):
            return
        self._events.emit(
            schemas.ProgressEvent,
            done=done,
            total=sum(self._sizes.values()) or None,
            unit="bytes",
            message=self._message,
        )
        self._told, self._told_at = state, time.monotonic()


def _start_of(response: httpx2.Response) -> int:
    """Offset of the first byte that the answer brings; a server may ignore a range."""
    if response.status_code != 206:
        return 0
    found = re.match(r"bytes (\d+)-", response.headers.get("content-range", ""))
    return int(found.group(1)) if found else -1


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _odd_answer(file: HubFile, what: str) -> WorkerError:
    return WorkerError(
        "hub_unavailable",
        f"The server of {file.name} {what}.",
        "Retry later. If it stays so, a proxy or a mirror (HF_ENDPOINT) may be the cause.",
    )


def _disk_full(error: OSError) -> WorkerError:
    return WorkerError(
        "disk_full",
        "The disk is full: the model could not be written.",
        "Free some space, or set HF_HUB_CACHE to a folder on another disk, and retry. The file that"
        " was cut off is deleted; whole ones are kept and not fetched again.",
        [str(error)],
    )


def _unwritable(error: OSError) -> WorkerError:
    return WorkerError(
        "cache_unwritable",
        f"The hub cache cannot be used: {error}",
        "Mend the rights of this folder, or set HF_HUB_CACHE to another one, and retry.",
    )
