"""Chat templates come out as Transformers renders them."""

import pytest
from support import CHAT_TEMPLATE

from lorabench.chat_template import render_chat
from lorabench.errors import WorkerError
from lorabench.prompts import alpaca_prompt

TURNS = [
    {"role": "system", "content": "Be <brief> & true: äöü."},
    {"role": "user", "content": "Say {{ this }} back.\n"},
]
LLAMA = (
    "{{- bos_token }}\n{%- for message in messages %}\n"
    "    {%- if loop.first and message.role == 'system' %}\n"
    "        {{- '[' ~ message['content'] | trim ~ ']' }}\n        {%- continue %}\n"
    "    {%- endif %}\n"
    "    {{- '<|start|>' + message.role + '\\n' + message.content | trim + eos_token }}\n"
    "{%- endfor %}\n{%- if add_generation_prompt %}{{ '<|start|>assistant' }}\n{% endif %}\n"
)
TOOLS = (
    "{%- if tools is none and not documents %}none{%- endif %}"
    "{%- set ns = namespace(found=false) %}"
    "{%- for message in messages %}{%- if message.role == 'user' %}{%- set ns.found = true %}"
    "{{ message | tojson }}{{ dict(a=1) | tojson(indent=2) }}{%- break %}{%- endif %}{%- endfor %}"
    "{{ ns.found }}"
)


@pytest.mark.parametrize("template", [CHAT_TEMPLATE, LLAMA, TOOLS])
@pytest.mark.parametrize("turns", [TURNS, TURNS[1:]])
def test_a_prompt_is_the_text_that_transformers_makes(
    template: str, turns: list[dict[str, str]]
) -> None:
    from transformers.utils.chat_template_utils import render_jinja_template

    special = {"bos_token": "<s>", "eos_token": "</s>"}
    expected, _ = render_jinja_template(
        [turns], chat_template=template, add_generation_prompt=True, **special
    )
    assert render_chat(template, turns, special) == expected[0]
    assert len(expected[0]) > 20


@pytest.mark.parametrize(
    "template",
    [
        "{{ raise_exception('System role not supported') }}",
        "{% for message in messages %}",
        "{{ messages[7].content }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ 1 // 0 }}",
        "{{ messages | no_such_filter }}",
    ],
)
def test_what_a_template_cannot_do_is_said(template: str) -> None:
    with pytest.raises(WorkerError) as raised:
        render_chat(template, TURNS, {})
    assert raised.value.code == "bad_model"
    assert raised.value.details


def test_alpacas_headings_are_those_of_an_evaluation_with_pytorch() -> None:
    assert alpaca_prompt("Add 1.", None).endswith("### Instruction:\nAdd 1.\n\n### Response:\n")
    assert alpaca_prompt("Add 1.", "Be brief.").startswith("Be brief.\n\n### Instruction:")
