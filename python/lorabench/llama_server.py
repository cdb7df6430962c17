"""A GGUF model in llama.cpp's own server, inside this process.

The binding has no tokenizer of its own, but the server has: it listens on a socket in a folder that
only this user can enter, and asks for a random key. No port is opened, except on Windows, where
Python has no such sockets; there it is one of the loopback interface.

What could make numbers depend on what was asked before is off: caches of prompts, checkpoints of
the context, and choosing a slot by what it holds.
"""

import http.client
import json
import os
import secrets
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import xllamacpp

from lorabench.devices_llama import LlamaDevice
from lorabench.errors import WorkerError

_CACHE_TYPES = {
    "float32": xllamacpp.ggml_type.GGML_TYPE_F32,
    "bfloat16": xllamacpp.ggml_type.GGML_TYPE_BF16,
    "float16": xllamacpp.ggml_type.GGML_TYPE_F16,
}
Json = dict[str, Any]
_COMPLETION = "/completion"
_ERRORS_ONLY = 1
_STEP = 256
"""Contexts are whole multiples of it."""
_BATCH = 2048
_MICRO_BATCH = 512
_LOG_LOOKS = 100
_LOG_LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class LlamaSettings:
    """How a model is loaded."""

    path: Path
    device: LlamaDevice
    slots: int
    """Answers that are made side by side."""
    precision: Literal["float32", "bfloat16", "float16"]
    """Number format of the keys and values that are kept; the weights' is the file's."""
    keep_turns: bool = False
    """Tokens that begin or end turns are part of the text."""


@dataclass(frozen=True)
class ModelFacts:
    """What llama.cpp has read in the file."""

    context: int | None
    """Tokens the model was made for."""
    template: str
    special_tokens: Mapping[str, str]


class RequestError(RuntimeError):
    """The server refused a request."""


class LlamaServer:
    """A loaded model. ``context``: tokens of prompt and answer that each slot has room for."""

    def __init__(self, settings: LlamaSettings, context: int) -> None:
        self._settings = settings
        self.slots = settings.slots
        self.context = -(-context // _STEP) * _STEP
        self._folder = Path(tempfile.mkdtemp(prefix="lorabench-llama-"))
        self._key = secrets.token_hex(16)
        parameters = self._parameters()
        try:
            self._server = _load(settings.path, parameters, self._folder / "log")
            self._address: str = self._server.listening_address
            # Ending it before its loop runs would wait for ever; this is answered by the loop.
            self._wait_for_loop()
            self.facts = self._read_facts()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def close(self) -> None:
        """Gives the memory back."""
        del self._server
        shutil.rmtree(self._folder, ignore_errors=True)

    def tokens(self, text: str, *, begin: bool = False, special: bool = True) -> list[int]:
        """Token ids. ``begin``: with the token that begins a text, if the model wants one."""
        asked = {"content": text, "add_special": begin, "parse_special": special}
        ids: list[int] = self.ask("POST", "/tokenize", asked)["tokens"]
        return ids

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Json:
        """One request and its answer. Raises ``RequestError``."""
        with self._request(method, path, body) as response:
            answer: Json = json.loads(response.read())
        return answer

    def complete(self, body: Mapping[str, object]) -> list[Json]:
        """One answer for each prompt, in their order. Raises ``RequestError``."""
        with self._request("POST", _COMPLETION, body) as response:
            answers: Json | list[Json] = json.loads(response.read())
        if isinstance(answers, list):
            return sorted(answers, key=lambda answer: int(answer["index"]))
        return [answers]

    def stream(self, body: Mapping[str, object]) -> Iterator[Json]:
        """Parts of an answer as they come. Leaving early ends the work on it."""
        with self._request("POST", _COMPLETION, {**body, "stream": True}) as response:
            for line in response:
                if line.startswith(b"data: {"):
                    part = json.loads(line[len(b"data: ") :])
                    _refuse(part)
                    yield part
                elif line.startswith(b"error: "):
                    raise RequestError(line.decode(errors="replace").strip())

    @contextmanager
    def _request(
        self, method: str, path: str, body: Mapping[str, object] | None
    ) -> Iterator[http.client.HTTPResponse]:
        connection = self._connection()
        try:
            headers = {
                "Content-Type": "application/json",
                "Authorization": f"Bearer {self._key}",
            }
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            if response.status != http.client.OK:
                _refuse(json.loads(response.read()), response.status)
            yield response
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self._address.startswith("unix://"):
            return _UnixConnection(self._address.removeprefix("unix://"))
        return http.client.HTTPConnection(self._address.removeprefix("http://").rstrip("/"))

    def _parameters(self) -> xllamacpp.CommonParams:
        settings = self._settings
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(settings.path)
        windows = sys.platform == "win32"
        parameters.hostnames = ["127.0.0.1" if windows else str(self._folder / "llama.sock")]
        parameters.port = 0
        parameters.api_keys = [self._key]
        parameters.ui = False
        parameters.verbosity = _ERRORS_ONLY
        parameters.n_parallel = settings.slots
        parameters.n_ctx = settings.slots * self.context
        parameters.n_batch, parameters.n_ubatch = _BATCH, _MICRO_BATCH
        parameters.cpuparams.n_threads = settings.device.threads
        parameters.cpuparams_batch.n_threads = settings.device.threads
        parameters.n_gpu_layers = settings.device.gpu_layers
        # Changing what was asked for until it fits would change the numbers in silence.
        parameters.fit_params = False
        parameters.cache_type_k = parameters.cache_type_v = _CACHE_TYPES[settings.precision]
        parameters.cache_prompt = False
        parameters.cache_idle_slots = False
        parameters.cache_ram_mib = 0
        parameters.n_ctx_checkpoints = 0
        parameters.slot_prompt_similarity = 0.0
        parameters.kv_unified = False
        parameters.warmup = False
        parameters.special = settings.keep_turns
        return parameters

    def _wait_for_loop(self) -> None:
        with self._request("GET", "/slots", None) as response:
            response.read()

    def _read_facts(self) -> ModelFacts:
        properties = self.ask("GET", "/props")
        trained = self.ask("GET", "/v1/models")["data"][0]["meta"]["n_ctx_train"]
        special = {
            name: text
            for name in ("bos_token", "eos_token")
            if self._is_special(text := properties[name])
        }
        return ModelFacts(
            context=trained or None,
            template=properties["chat_template"],
            special_tokens=special,
        )

    def _is_special(self, text: str) -> bool:
        # A model without such a token is said to have an ordinary one.
        return bool(text) and len(self.tokens(text)) == 1 != len(self.tokens(text, special=False))


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


def _refuse(answer: Json, status: int = http.client.OK) -> None:
    error = answer.get("error")
    if error is None and status == http.client.OK:
        return
    message = error.get("message") if isinstance(error, dict) else error
    raise RequestError(f"llama.cpp refused a request: {message or f'status {status}'}")


def _load(path: Path, parameters: xllamacpp.CommonParams, log: Path) -> xllamacpp.Server:
    """The server; what llama.cpp says when it cannot load goes into the error and the log."""
    if not path.is_file():
        raise WorkerError(
            "bad_model", f"There is no file {path}.", "Bring it back, or evaluate another one."
        )
    with log.open("ab") as file, _standard_error_to(file.fileno()):
        try:
            return xllamacpp.Server(parameters)
        except RuntimeError as error:
            problem = error
            _wait_for_last_words(log)
    text = log.read_text(encoding="utf-8", errors="replace")
    print(text, end="", file=sys.stderr)
    raise _explained(path, text) from problem


def _wait_for_last_words(log: Path) -> None:
    """llama.cpp writes its log in a thread of its own, which may be a moment late."""
    for _ in range(_LOG_LOOKS):
        if b"exiting due to" in log.read_bytes():
            return
        time.sleep(_LOG_LOOK_SECONDS)


@contextmanager
def _standard_error_to(descriptor: int) -> Iterator[None]:
    sys.stderr.flush()
    kept = os.dup(2)
    os.dup2(descriptor, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _explained(path: Path, said: str) -> WorkerError:
    """The reason among llama.cpp's lines, which begin with a time, a level and a function."""
    reasons = [line.split(": ", 1)[-1] for line in said.splitlines() if " E " in line]
    text = said.lower()
    if "unknown model architecture" in text:
        message = f"llama.cpp does not know the architecture of {path.name}."
        fix = "Evaluate another model, or a newer Lorabench with a newer llama.cpp."
    elif "failed to allocate" in text or "out of memory" in text or "bad_alloc" in text:
        message = f"There is too little memory for {path.name}."
        fix = "Use a smaller quantization of this model, a smaller batch, or shorter answers."
        return WorkerError("out_of_memory", message, fix, reasons[:3])
    else:
        message = f"llama.cpp cannot load {path.name}."
        fix = "Download the file again, or convert the model anew."
    return WorkerError("bad_model", message, fix, reasons[:3])
