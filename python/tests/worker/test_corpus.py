"""Every row is either trained or listed with its line number and a reason."""

import json
from pathlib import Path

import pytest

from lorabench.corpus import Message, read_corpus
from lorabench.errors import WorkerError
from lorabench.prompts import Tokens, load_tokenizer, make_prompter
from lorabench.training_data import Limits, prepare


def write(path: Path, *lines: str | bytes) -> Path:
    path.write_bytes(b"\n".join(x if isinstance(x, bytes) else x.encode() for x in lines))
    return path


def chat(*turns: tuple[str, str], **more: object) -> str:
    messages = [{"role": role, "content": content} for role, content in turns]
    return json.dumps({"messages": messages, **more})


GOOD = chat(("user", "Add 1 and 2."), ("assistant", "3"))


@pytest.mark.parametrize(
    ("line", "reason", "words"),
    [
        ('{"messages": [', "broken_json", "is not valid JSON"),
        ("[", "broken_json", "not a list over many lines"),
        (b'{"messages": "\xff"}', "wrong_encoding", "is not UTF-8 (byte 15)"),
        (chat(("user", "x"), ("assistant", "\ud800")), "wrong_encoding", "lone surrogate"),
        ("[1, 2]", "not_an_object", "is a JSON list"),
        ('"text"', "not_an_object", "is a JSON string"),
        ("null", "not_an_object", "is a JSON null"),
        ('{"text": "x", "label": 1}', "unknown_format", "its fields: text, label"),
        (chat(("robot", "x")), "unknown_format", "unknown role 'robot'"),
        ('{"messages": ["x"]}', "unknown_format", "turn 1 is a JSON string"),
        ('{"messages": [{"role": "user", "content": 5}]}', "unknown_format", "JSON number"),
        (chat(("user", "only a question")), "no_assistant_turn", "nothing to learn"),
        ('{"messages": []}', "no_assistant_turn", "no assistant turn"),
        (chat(("user", " \n "), ("assistant", "x")), "empty_text", "turn 1 (user) is empty"),
        (chat(("user", "x"), ("assistant", "")), "empty_text", "turn 2 (assistant) is empty"),
        ('{"instruction": "x", "output": " "}', "empty_text", "the output is empty"),
        ('{"instruction": "", "output": "x"}', "empty_text", "the instruction is empty"),
        ('{"instruction": "x", "output": null}', "empty_text", "output has no text"),
    ],
)
def test_a_bad_row_is_listed_with_its_line_its_reason_and_words_for_its_author(
    line: str | bytes, reason: str, words: str, tmp_path: Path
) -> None:
    corpus = read_corpus(write(tmp_path / "c.jsonl", GOOD, "", line, GOOD))

    assert corpus.rows == 3
    assert [row.line for row in corpus.usable] == [1, 4]
    assert [(bad.line, bad.reason) for bad in corpus.bad] == [(3, reason)]
    assert words in corpus.bad[0].message


def test_a_byte_order_mark_windows_line_ends_and_blank_lines_are_no_mistakes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "c.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode() + b"\r\n\r\n  \r\n" + GOOD.encode() + b"\r\n")

    corpus = read_corpus(path)

    assert (corpus.rows, len(corpus.usable), corpus.bad) == (2, 2, [])
    assert corpus.usable[1].line == 4


def test_a_file_in_utf_16_is_listed_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_bytes(f"{GOOD}\n{GOOD}\n".encode("utf-16"))

    assert [(bad.line, bad.reason) for bad in read_corpus(path).bad] == [
        (1, "wrong_encoding"),
        (2, "wrong_encoding"),
    ]


def test_chatml_and_alpaca_in_all_their_spellings_become_the_same_turns(tmp_path: Path) -> None:
    turns = (Message("user", "Add 1 and 2."), Message("assistant", "3"))
    both = json.loads(GOOD) | {"instruction": "other", "response": "other", "category": "sums"}
    corpus = read_corpus(
        write(
            tmp_path / "c.jsonl",
            GOOD,
            '{"conversations": [{"from": "human", "value": "Add 1 and 2."},'
            ' {"from": "gpt", "value": "3"}]}',
            '{"instruction": "Add 1 and 2.", "input": "", "output": "3"}',
            '{"instruction": "Add 1 and 2.", "response": "3"}',
            json.dumps(both),
            chat(("system", ""), ("user", "Add 1 and 2."), ("assistant", "3")),
        )
    )

    assert corpus.bad == []
    assert {row.messages for row in corpus.usable} == {turns}
    assert [row.format for row in corpus.usable] == ["chatml"] * 2 + ["alpaca"] * 2 + ["chatml"] * 2
    assert corpus.format() == "mixed"
    assert corpus.usable[4].category == "sums"


def test_rows_of_the_other_layout_are_listed_when_one_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "c.jsonl", GOOD, '{"instruction": "x", "output": "y"}')

    assert [bad.line for bad in read_corpus(path, "chatml").bad] == [2]
    assert [bad.line for bad in read_corpus(path, "alpaca").bad] == [1]


def texts(tokenizer: object, tokens: Tokens) -> tuple[str, str]:
    """The whole example, and what carries loss."""
    decode = tokenizer.decode
    return decode(tokens.ids), decode(
        [i for i, t in zip(tokens.ids, tokens.targets, strict=True) if t]
    )


def test_only_the_answers_of_a_dialogue_carry_loss(model: Path, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(model)
    line = chat(
        ("system", "Be brief."), ("user", "A?"), ("assistant", "aa"), ("user", "B?"),
        ("assistant", "bb"),
    )  # fmt: skip
    rows = read_corpus(write(tmp_path / "c.jsonl", line)).usable

    chatml = make_prompter(tokenizer, "chatml").encode(rows, False)[0]
    alpaca = make_prompter(tokenizer, "alpaca").encode(rows, False)[0]

    assert texts(tokenizer, chatml) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nA?<|im_end|>\n"
        "<|im_start|>assistant\naa<|im_end|>\n<|im_start|>user\nB?<|im_end|>\n"
        "<|im_start|>assistant\nbb<|im_end|>\n",
        "aa<|im_end|>bb<|im_end|>",
    )
    assert texts(tokenizer, alpaca) == (
        "Be brief.\n\n### Instruction:\nA?\n\n### Response:\naa<|im_end|>\n\n"
        "### Instruction:\nB?\n\n### Response:\nbb<|im_end|>",
        "aa<|im_end|>bb<|im_end|>",
    )
    everything = make_prompter(tokenizer, "chatml").encode(rows, True)[0]
    assert everything.target_count() == len(everything.ids) - 1


def test_a_question_is_asked_in_the_words_it_was_trained_in(model: Path, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(model)
    line = '{"instruction": "Add.", "input": "1 2", "output": "3"}'
    rows = read_corpus(write(tmp_path / "c.jsonl", GOOD, line)).usable
    for name in ("chatml", "alpaca"):
        prompter = make_prompter(tokenizer, name)
        trained = prompter.encode(rows[:1], False)[0]
        asked = prompter.encode_prompt("Add 1 and 2.", None)
        assert trained.ids[: len(asked)] == asked
        assert not any(trained.targets[: len(asked)])
        assert trained.targets[len(asked)]
    whole, _ = texts(tokenizer, make_prompter(tokenizer, "alpaca").encode(rows[1:], False)[0])
    assert "### Instruction:\nAdd.\n\n### Input:\n1 2\n\n### Response:\n3<|im_end|>" in whole


def test_a_chat_template_without_markers_is_masked_by_what_it_adds_or_by_trls_variant(
    model: Path, tmp_path: Path
) -> None:
    import trl

    rows = read_corpus(write(tmp_path / "c.jsonl", GOOD)).usable
    tokenizer = load_tokenizer(model)
    tokenizer.chat_template = (
        "{% for m in messages %}[{{ m.role }}] {{ m.content }}<|im_end|>{% endfor %}"
        "{% if add_generation_prompt %}[assistant] {% endif %}"
    )
    plain = make_prompter(tokenizer, "chatml").encode(rows, False)[0]
    assert texts(tokenizer, plain) == (
        "[user] Add 1 and 2.<|im_end|>[assistant] 3<|im_end|>",
        " 3<|im_end|>",
    )
    folder = Path(trl.__file__).parent / "chat_templates"
    tokenizer.chat_template = (folder / "qwen2_5.jinja").read_text()
    assert texts(tokenizer, make_prompter(tokenizer, "chatml").encode(rows, False)[0])[1] == (
        "\n3<|im_end|>\n"
    )


def test_long_rows_are_left_out_or_cut_as_asked_and_counted(model: Path, tmp_path: Path) -> None:
    long_answer = chat(("user", "Add 1 and 2."), ("assistant", "console.log(3);" * 20))
    long_question = chat(("user", "please " * 60), ("assistant", "3"))
    path = write(tmp_path / "c.jsonl", GOOD, long_answer, long_question)
    prompter = make_prompter(load_tokenizer(model), "chatml")

    left_out = prepare(path, "auto", prompter, Limits(40)).report
    cut = prepare(path, "auto", prompter, Limits(40, "truncate"))

    assert (left_out.usable, left_out.truncated) == (1, 0)
    assert [(bad.line, bad.reason) for bad in left_out.badRows] == [
        (2, "too_long"),
        (3, "too_long"),
    ]
    assert (cut.report.usable, cut.report.truncated) == (2, 1)
    assert [(bad.line, bad.reason) for bad in cut.report.badRows] == [(3, "no_target_tokens")]
    assert [len(example.ids) for example in cut.examples][1] == 40
    assert cut.report.tokens is not None
    assert cut.report.tokens.max == 40


def test_a_row_that_the_chat_template_refuses_spoils_no_other(model: Path, tmp_path: Path) -> None:
    tokenizer = load_tokenizer(model)
    tokenizer.chat_template = (
        "{% if messages[0].role != 'user' %}"
        "{{ raise_exception('a user must speak first') }}{% endif %}"
        "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{% endfor %}"
    )
    path = write(tmp_path / "c.jsonl", GOOD, chat(("assistant", "I begin.")), GOOD)

    report = prepare(path, "auto", make_prompter(tokenizer, "chatml"), Limits(64)).report

    assert report.usable == 2
    assert [(bad.line, bad.message) for bad in report.badRows] == [
        (2, "the model's chat template refuses it: a user must speak first")
    ]


def test_a_corpus_that_is_not_there_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="cannot be read: No such file") as caught:
        prepare(tmp_path / "nothing.jsonl", "auto", None, Limits(None))
    assert caught.value.fix
