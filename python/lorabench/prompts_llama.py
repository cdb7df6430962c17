"""How a request becomes the tokens of a GGUF model: the same text as ``prompts`` makes of it."""

from dataclasses import dataclass

from lorabench.chat_template import render_chat
from lorabench.llama_server import LlamaServer
from lorabench.prompts import PromptFormat, alpaca_prompt


@dataclass(frozen=True)
class GgufPrompter:
    """The model's own chat template, or Alpaca's headings; llama.cpp makes the tokens."""

    server: LlamaServer
    prompt_format: PromptFormat

    def encode_prompt(self, prompt: str, system: str | None) -> list[int]:
        """A request that the model is to answer."""
        if self.prompt_format == "alpaca":
            return self.server.tokens(alpaca_prompt(prompt, system), begin=True)
        return self.server.tokens(self.text(prompt, system))

    def text(self, prompt: str, system: str | None) -> str:
        """The request in the model's chat template."""
        turns = [{"role": "system", "content": system}] if system else []
        facts = self.server.facts
        asked = [*turns, {"role": "user", "content": prompt}]
        return render_chat(facts.template, asked, facts.special_tokens)
