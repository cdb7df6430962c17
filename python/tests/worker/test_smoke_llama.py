"""One prompt for GGUF files: streamed, whole, and the same as PyTorch says."""

from pathlib import Path

import pytest
from gguf_support import write_qwen2
from support import make_job, run_here
from support_llama import STARTER, gguf_subject, needs_llama, run_llama
from test_smoke import candidate, ends, lines, smoke_spec

pytestmark = [
    needs_llama,
    pytest.mark.skipif(not STARTER.is_dir(), reason="the starter model is not built"),
]


@pytest.fixture(scope="module")
def starter_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("gguf") / "starter.gguf"
    write_qwen2(STARTER, file, "f32")
    return file


@pytest.fixture(scope="module")
def random_gguf(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("gguf") / "random.gguf"
    write_qwen2(model, file, "f32")
    return file


def test_the_answer_comes_in_pieces_and_is_pytorchs(tmp_path: Path, starter_gguf: Path) -> None:
    asked = candidate(STARTER, subject=gguf_subject(starter_gguf))
    job = make_job(tmp_path / "gguf", {**smoke_spec(asked), "backend": "llama-cpp"})
    other = make_job(tmp_path / "torch", smoke_spec(candidate(STARTER)))
    assert (run_llama(job), run_here(other)) == (0, 0)

    begin, *pieces, end = lines(job)
    assert begin == {"kind": "begin", "candidate": 0}
    assert len(pieces) > 5
    assert all(piece["text"] for piece in pieces)
    assert "".join(piece["text"] for piece in pieces) == end["text"]
    assert 0 < end["firstTokenSeconds"] < end["seconds"]
    for field in ("text", "finishReason", "promptTokens", "completionTokens"):
        assert end[field] == ends(other)[0][field], field


def test_drawn_answers_repeat_with_their_seed_and_an_endpoint_is_left_to_the_lab(
    tmp_path: Path, random_gguf: Path
) -> None:
    endpoint = {"kind": "endpoint", "name": "n", "baseUrl": "http://x", "model": "m"}
    said = []
    for name, seed in (("first", 1), ("again", 1), ("other", 2)):
        spec = smoke_spec(
            candidate(random_gguf, subject=endpoint),
            candidate(random_gguf, subject=gguf_subject(random_gguf)),
            candidate(random_gguf, subject=gguf_subject(random_gguf)),
            **{"temperature": 2, "topK": 50, "topP": 0.95, "seed": seed},
        )
        job = make_job(tmp_path / name, {**spec, "backend": "llama-cpp"})
        assert run_llama(job) == 0
        assert [end["candidate"] for end in ends(job)] == [1, 2]
        assert ends(job)[0]["text"] == ends(job)[1]["text"]
        said.append(ends(job)[0]["text"])
    assert said[0] == said[1] != said[2]


def test_marks_of_turns_are_kept_but_for_the_one_that_ends_the_answer(
    tmp_path: Path, random_gguf: Path
) -> None:
    # So hot that every token of its 336 is about as likely.
    asked = [candidate(random_gguf, subject=gguf_subject(random_gguf))]
    found = []
    for seed in range(8):
        spec = smoke_spec(*asked, temperature=5, maxNewTokens=180, seed=seed)
        job = make_job(tmp_path / str(seed), {**spec, "backend": "llama-cpp"})
        assert run_llama(job) == 0
        found += ends(job)
    assert {end["finishReason"] for end in found} == {"stop", "length"}
    assert any("<|im_start|>" in end["text"] for end in found)
    assert not any("<|im_end|>" in end["text"] for end in found)
