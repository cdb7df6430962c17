"""Tiny wheels, a package index on the loopback interface, and the real installer."""

import base64
import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

PYTHON = Path(__file__).parents[2]


def wheel(name: str, version: str, *, requires: tuple[str, ...] = (), padding: int = 0) -> bytes:
    """A pure-Python wheel (PEP 427) with one module; ``padding`` bytes that do not compress."""
    information = f"{name}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {one}" for one in requires]
    files = {
        f"{name}.py": f"version = '{version}'\n".encode(),
        f"{information}/METADATA": ("\n".join(metadata) + "\n").encode(),
        f"{information}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\n"
        b"Root-Is-Purelib: true\nTag: py3-none-any\n",
        f"{information}/entry_points.txt": b"[console_scripts]\n%b-say = %b:main\n"
        % (name.encode(), name.encode()),
    }
    if padding:
        files[f"{name}_data.bin"] = os.urandom(padding)
    record = "".join(
        f"{path},sha256={_digest(content)},{len(content)}\n" for path, content in files.items()
    )
    files[f"{information}/RECORD"] = f"{record}{information}/RECORD,,\n".encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


class Index:
    """A package index (PEP 503) of wheels in memory; one of them may be served without end."""

    def __init__(self) -> None:
        self.wheels: dict[str, bytes] = {}
        self.endless: str | None = None
        """Name of a package whose file never ends; ``asked`` is set when it is fetched."""
        self.asked = threading.Event()
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.answer(self, body=True)

            def do_HEAD(self) -> None:
                index.answer(self, body=False)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/simple"

    def add(self, name: str, version: str, **more: Any) -> None:
        file = f"{name}-{version}-py3-none-any.whl"
        self.wheels[file] = wheel(name, version, **more)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, request: BaseHTTPRequestHandler, *, body: bool) -> None:
        path = unquote(request.path).strip("/").split("/")
        if path[0] == "files" and path[1] in self.wheels:
            content = self.wheels[path[1]]
            endless = self.endless is not None and path[1].startswith(f"{self.endless}-")
            request.send_response(200)
            request.send_header("Content-Length", str(len(content) + (10**9 if endless else 0)))
            request.end_headers()
            if body:
                with contextlib.suppress(OSError):
                    request.wfile.write(content)
                    if endless:
                        request.wfile.flush()
                        self.asked.set()
                        threading.Event().wait(600)
            return
        name = path[-1].replace("-", "_")
        found = [file for file in self.wheels if file.split("-")[0] == name]
        request.send_response(200 if found else 404)
        request.send_header("Content-Type", "text/html")
        request.end_headers()
        if body:
            links = "".join(f'<a href="/files/{file}">{file}</a>' for file in found)
            request.wfile.write(f"<!DOCTYPE html><html><body>{links}</body></html>".encode())


class Installer:
    """The installer as a process; ``messages`` are collected as they come."""

    def __init__(self, order: dict[str, Any], index: Index, variables: dict[str, str]) -> None:
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lorabench.install_environment"],
            cwd=PYTHON,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                **environment,
                "PIP_CONFIG_FILE": os.devnull,
                "PIP_INDEX_URL": index.url,
                "PIP_NO_CACHE_DIR": "1",
                "PIP_RETRIES": "1",
                "UV_DEFAULT_INDEX": index.url,
                "UV_NO_CACHE": "1",
                "UV_NO_CONFIG": "1",
                **variables,
            },
        )
        self.messages: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.say(json.dumps(order))

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.messages.append(json.loads(line))

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def hang_up(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def end(self, seconds: float = 300) -> dict[str, Any]:
        """Its last word, or how it ended."""
        code = self.process.wait(seconds)
        self._reader.join(5)
        last = self.messages[-1] if self.messages else {}
        return {**last, "code": last.get("code"), "exit": code}

    def said(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["kind"] == kind]


@contextlib.contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[bool]:
    """A small file system at ``folder``; False where this user may not mount one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    worked = sys.platform == "linux" and not subprocess.run(mount, capture_output=True).returncode
    try:
        yield worked
    finally:
        if worked:
            subprocess.run(["umount", str(folder)], check=True)
