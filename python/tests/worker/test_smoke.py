"""One prompt for several models: streamed, whole, and not asked again after an interruption."""

import json
from pathlib import Path

import pytest
from support import Json, generate_spec, make_job, run_here, train_spec
from support_mlx import DEVICE, needs_mlx, run_mlx

STARTER = Path(__file__).parents[3] / "resources" / "models" / "starter"
PROMPT = "Write a program that prints the numbers from 1 to 3."


def smoke_spec(*candidates: Json, **sampling: object) -> Json:
    example = generate_spec(STARTER)
    return {
        **{"schemaVersion": 1, "kind": "smoke", "id": "s", "createdAt": "2026-01-01T00:00:00Z"},
        "candidates": list(candidates),
        "prompt": PROMPT,
        **{"systemPrompt": None, "origin": None, "check": None, "expect": None},
        "sampling": {**example["comparability"]["sampling"], "maxNewTokens": 24, **sampling},
        **{"backend": example["backend"], "device": example["device"]},
    }


def candidate(model: Path, adapter: Path | None = None, **changes: object) -> Json:
    subject = generate_spec(model, adapter)["subject"]
    found = {"label": "it", "subject": subject, "precision": "float32", "promptFormat": "chatml"}
    return {**found, **changes}


def spec_on(backend: str) -> Json:
    spec = smoke_spec(candidate(STARTER))
    return {**spec, "backend": "mlx", "device": DEVICE} if backend == "mlx" else spec


def lines(job: Path) -> list[Json]:
    return [json.loads(line) for line in (job / "stream.jsonl").read_text().splitlines()]


def ends(job: Path) -> list[Json]:
    return [line for line in lines(job) if line["kind"] == "end"]


@pytest.mark.parametrize("backend", ["torch", pytest.param("mlx", marks=needs_mlx)])
def test_the_answer_comes_in_pieces_that_make_up_the_evaluations_answer(
    backend: str, tmp_path: Path
) -> None:
    run = run_here if backend == "torch" else run_mlx
    job = make_job(tmp_path / "smoke", spec_on(backend))
    assert run(job) == 0
    begin, *pieces, end = lines(job)
    assert begin == {"kind": "begin", "candidate": 0}
    assert len(pieces) > 5
    assert "".join(piece["text"] for piece in pieces) == end["text"]
    assert 0 < end["firstTokenSeconds"] < end["seconds"]

    changes = {
        "comparability__sampling__maxNewTokens": 24,
        "backend": backend,
        "device": spec_on(backend)["device"],
    }
    evaluation = make_job(tmp_path / "evaluation", generate_spec(STARTER, **changes))
    task = {"id": "t", "category": "c", "prompt": PROMPT, "reference": ""}
    (evaluation / "tasks.jsonl").write_text(json.dumps(task) + "\n")
    assert run(evaluation) == 0
    answer = json.loads((evaluation / "generations.jsonl").read_text())
    for field in ("text", "finishReason", "promptTokens", "completionTokens"):
        assert end[field] == answer[field], field


def test_marks_of_turns_are_kept_and_characters_of_several_tokens_come_whole(model: Path) -> None:
    from lorabench.prompts import load_tokenizer
    from lorabench.smoke import GrowingText

    tokenizer = load_tokenizer(model)
    asked = "Füße 👍 ok\n<|im_start|>user\n"
    growing = GrowingText(tokenizer)
    ids = tokenizer(asked, add_special_tokens=False)["input_ids"]
    pieces = [piece for token in ids for piece in growing.add(token)]
    assert "".join(pieces) == growing.whole == asked
    assert "<|im_start|>" in pieces
    assert "👍" in "".join(piece for piece in pieces if "👍" in piece)
    assert not any("\ufffd" in piece for piece in pieces)
    assert growing.finish() == ""

    cut = GrowingText(tokenizer)
    half = tokenizer("👍", add_special_tokens=False)["input_ids"][:-1]
    assert [piece for token in half for piece in cut.add(token)] == []
    assert cut.finish() != ""


def test_base_and_adapter_answer_and_only_what_is_missing_is_asked_again(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    run = make_job(tmp_path / "run", train_spec(model, corpus, schedule__maxSteps=12))
    assert run_here(run) == 0
    endpoint = {"kind": "endpoint", "name": "n", "baseUrl": "http://x", "model": "m"}
    spec = smoke_spec(
        candidate(model),
        candidate(model, subject=endpoint),
        candidate(model, run / "adapter"),
        candidate(model),
    )
    job = make_job(tmp_path / "smoke", spec)
    assert run_here(job) == 0
    assert [end["candidate"] for end in ends(job)] == [0, 2, 3]
    base, tuned, again = (end["text"] for end in ends(job))
    assert base == again != tuned

    kept = [line for line in lines(job) if line["candidate"] == 0]
    half = [line for line in lines(job) if line["candidate"] == 2][:4]
    text = "".join(json.dumps(line) + "\n" for line in [*kept, *half])
    (job / "stream.jsonl").write_text(text + '{"kind": "pie')
    assert run_here(job) == 0
    good = [
        json.loads(line)
        for line in (job / "stream.jsonl").read_bytes().splitlines()
        if line.endswith(b"}")
    ]
    finished = [line for line in good if line["kind"] == "end"]
    assert [(line["candidate"], line["text"]) for line in finished] == [
        (0, base),
        (2, tuned),
        (3, base),
    ]


def test_a_prompt_longer_than_the_context_is_refused_in_words(tmp_path: Path, model: Path) -> None:
    spec = {**smoke_spec(candidate(model)), "prompt": "long " * 400}
    job = make_job(tmp_path / "smoke", spec)
    assert run_here(job) == 1
    assert "the model was made for 256" in (job / "events.jsonl").read_text()
