"""Dropout and gradient checkpointing that draw the same numbers whenever they are asked again.

MLX's own dropout takes its numbers from a global generator. Under gradient checkpointing the
forward pass is computed twice, so it would drop other elements the second time and the gradient
would be that of another function. Here every layer has a key for the micro-batch, made of the
run's seed, the step and the micro-batch: nothing needs to be saved to go on with the same numbers.
"""

import hashlib
from typing import Any

import mlx.core as mx
from mlx import nn

from lorabench.model_mlx import lora_layers


class DropoutKeys:
    """One key a layer, ``[layers, 2]``; set anew for every micro-batch."""

    def __init__(self, layers: int) -> None:
        self._layers = layers
        self.keys = mx.random.split(mx.random.key(0), max(layers, 1))

    def of(self, seed: int, step: int, micro_batch: int) -> mx.array:
        """The keys of a micro-batch."""
        digest = hashlib.sha256(f"dropout {seed} {step} {micro_batch}".encode()).digest()
        key = mx.random.key(int.from_bytes(digest[:8], "big"))
        return mx.random.split(key, max(self._layers, 1))


class KeyedDropout(nn.Module):  # type: ignore[misc]
    """Dropout whose numbers depend on its key alone."""

    def __init__(self, share: float, keys: DropoutKeys, index: int) -> None:
        super().__init__()
        self._kept = 1 - share
        self._keys = keys
        self._index = index

    def __call__(self, x: mx.array) -> mx.array:
        """Elements of ``x`` set to zero at random while training, the rest scaled up."""
        if self._kept == 1 or not self.training:
            return x
        mask = mx.random.bernoulli(self._kept, x.shape, key=self._keys.keys[self._index])
        return (mask * x) * (1 / self._kept)


def install_dropout(model: nn.Module, share: float) -> DropoutKeys:
    """Gives every adapter layer its keyed dropout."""
    layers = lora_layers(model)
    keys = DropoutKeys(len(layers))
    for index, (_, layer) in enumerate(layers):
        layer.dropout = KeyedDropout(share, keys, index)
    return keys


def checkpoint_layers(model: nn.Module, keys: DropoutKeys) -> None:
    """Keeps of each decoder layer only its input and computes the rest anew for the gradient."""
    for layer in model.layers:
        kind = type(layer)
        forward = _checkpointed(kind.__call__, keys)
        layer.__class__ = type(kind.__name__, (kind,), {"__call__": forward})


def _checkpointed(forward: Any, keys: DropoutKeys) -> Any:  # noqa: ANN401 (functions of mlx)
    def call(layer: nn.Module, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        if not layer.training:
            return forward(layer, *args, **kwargs)

        drawn = keys.keys

        def inner(parameters: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            # Called again when the model's own pass is long over, so the keys come along.
            keys.keys = drawn
            layer.update(parameters)
            return forward(layer, *args, **kwargs)

        return mx.checkpoint(inner)(layer.trainable_parameters(), *args, **kwargs)

    return call
