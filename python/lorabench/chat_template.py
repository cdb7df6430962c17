"""Renders the chat template of a model without Transformers, to the same text.

The dialect is that of Hugging Face: Jinja2 in a sandbox, blocks trimmed, loop controls, and the
tag ``generation``, which marks answers for training and is nothing to a prompt. Written down at
https://huggingface.co/docs/transformers/chat_templating_writing.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NoReturn

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lorabench.errors import WorkerError


def render_chat(
    template: str, turns: Sequence[Mapping[str, str]], special_tokens: Mapping[str, str]
) -> str:
    """The text up to where the answer begins. Raises ``WorkerError`` (``bad_model``)."""
    try:
        compiled = _environment().from_string(template)
        return compiled.render(
            messages=[dict(turn) for turn in turns],
            tools=None,
            documents=None,
            add_generation_prompt=True,
            **special_tokens,
        )
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise WorkerError(
            "bad_model",
            "The model's chat template cannot be used for this prompt.",
            "Some templates take no system prompt. Use another file of this model, or a benchmark"
            " without a system prompt.",
            (str(error).splitlines() or [type(error).__name__])[:3],
        ) from error


class _Generation(Extension):
    """``{% generation %}…{% endgeneration %}``: what is inside, unchanged."""

    tags = {"generation"}  # noqa: RUF012 (as the base class declares it)

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _environment() -> jinja2.Environment:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols]
    )
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _raise
    environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
    return environment


def _raise(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _to_json(
    value: object,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    # Jinja2's own filter escapes what means something in HTML.
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )
