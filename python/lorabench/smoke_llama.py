"""Asks GGUF files one prompt with llama.cpp; what is asked and kept: ``smoke``."""

from pathlib import Path

from lorabench import schemas
from lorabench.answers import LineWriter
from lorabench.control import StopRequest
from lorabench.decoding_llama import answer_aloud
from lorabench.devices_llama import open_device
from lorabench.events import EventWriter, Pulse
from lorabench.generate_llama import gguf_path
from lorabench.llama_server import LlamaServer, LlamaSettings
from lorabench.prompts_llama import GgufPrompter
from lorabench.recipe import Outcome
from lorabench.schemas import Candidate, SmokeSpec
from lorabench.smoke import Telling, ask_each, room_for


def smoke(
    folder: Path, spec: SmokeSpec, events: EventWriter, pulse: Pulse, stop: StopRequest
) -> Outcome:
    """Appends the answers to ``stream.jsonl``. Raises ``WorkerError``."""
    device = open_device(spec.device)
    pulse.watch_memory(device.memory)
    if device.notice is not None:
        events.warn("computed_elsewhere", device.notice)

    def ask(place: int, candidate: Candidate, writer: LineWriter) -> None:
        path = gguf_path(candidate.subject)
        settings = LlamaSettings(path, device, 1, candidate.precision, keep_turns=True)
        message = f"Loading {candidate.label}"
        events.emit(schemas.PhaseEvent, phase="loading_model", message=message)
        # A token is a byte at least: there is room for the prompt whatever the tokenizer.
        text = (spec.systemPrompt or "") + spec.prompt
        most = len(text.encode()) + _TEMPLATE_TOKENS + spec.sampling.maxNewTokens
        server = LlamaServer(settings, most)
        stop.listen_to_signals()
        try:
            _ask(place, candidate, spec, server, writer, events)
        finally:
            server.close()

    return ask_each(folder, spec, ask, stop)


_TEMPLATE_TOKENS = 512


def _ask(
    place: int,
    candidate: Candidate,
    spec: SmokeSpec,
    server: LlamaServer,
    writer: LineWriter,
    events: EventWriter,
) -> None:
    prompter = GgufPrompter(server, candidate.promptFormat)
    prompt = prompter.encode_prompt(spec.prompt, spec.systemPrompt)
    room = room_for(prompt, server.facts.context, spec.sampling.maxNewTokens)
    events.emit(schemas.PhaseEvent, phase="generating", message=f"Asking {candidate.label}")
    telling = Telling(writer, place)

    def heard(piece: str) -> None:
        telling.heard([piece] if piece else [])

    completion = answer_aloud(server, prompt, spec.sampling, room, heard)
    telling.end("", len(prompt), completion.tokens, completion.finish_reason)
