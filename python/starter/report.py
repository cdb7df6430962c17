"""What pre-training was told to do and what happened, as ``training.json`` keeps it."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Phase:
    """A stretch of training with its own mix, learning rates and fresh optimizers."""

    seed: int
    steps: int
    rows: int
    adamw_learning_rate: float
    muon_learning_rate: float
    copy_share_early: float
    copy_share_late: float
    early: float
    """The share of the phase in which ``copy_share_early`` holds."""
    random_copy_share: float
    """Of the copying exercises, the share with random tokens instead of literals."""


FOUNDATION = Phase(
    seed=0,
    steps=1500,
    rows=16,
    adamw_learning_rate=2e-3,
    muon_learning_rate=6e-3,
    copy_share_early=0.35,
    copy_share_late=0.06,
    early=0.15,
    random_copy_share=0.5,
)
"""Learns the languages and, about a third of the way, to copy."""


@dataclass(frozen=True)
class PretrainingSettings:
    """Everything that decides the weights, beside the library versions and the machine."""

    hidden_size: int = 256
    layers: int = 4
    mlp_size: int = 768
    heads: int = 4
    key_value_heads: int = 2
    context_length: int = 1024
    initializer_range: float = 0.04
    row_length: int = 256
    final_learning_rate_share: float = 0.02
    warmup_steps: int = 60
    second_moment_decay: float = 0.98
    weight_decay: float = 0.05
    gradient_norm_limit: float = 1.0
    phases: tuple[Phase, ...] = (FOUNDATION,)
    seed: int = 0
    threads: int = 2
    log_every: int = 25


@dataclass(frozen=True)
class LogEntry:
    """Means since the entry before, over the tokens of answers and raw programs."""

    phase: int
    step: int
    loss: float
    token_accuracy: float
    learning_rate_share: float


@dataclass(frozen=True)
class PretrainingReport:
    """One pre-training."""

    settings: PretrainingSettings
    versions: dict[str, str]
    parameters: int
    documents: int
    answer_tokens: int
    seconds: float
    log: list[LogEntry]

    def as_document(self) -> dict[str, object]:
        """The report as JSON-ready values with camelCase names; ``versions`` as it is."""
        return {
            "settings": {
                **_camel_case_keys(asdict(self.settings)),
                "phases": [_camel_case_keys(asdict(phase)) for phase in self.settings.phases],
            },
            "versions": self.versions,
            "parameters": self.parameters,
            "documents": self.documents,
            "answerTokens": self.answer_tokens,
            "seconds": round(self.seconds, 1),
            "log": [_camel_case_keys(asdict(entry)) for entry in self.log],
        }


def _camel_case_keys(values: dict[str, object]) -> dict[str, object]:
    return {_camel_case(name): value for name, value in values.items()}


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
