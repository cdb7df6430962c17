/** In what trainers differ, so that the same arithmetic can be held against other trainers' figures. */
export interface Implementation {
  /** Adapters compute in the training precision; else in float32, beside a 16-bit base model. */
  readonly autocast: boolean;
  /** The head computes every token, or only those that carry loss. */
  readonly head: 'targets' | 'all';
  readonly bytesPerLogit: number;
  /** Logits that are alive at once, all tokens together; null: those of the whole micro-batch. */
  readonly mostLogits: number | null;
  /** Attention runs example by example, and the results are put together. */
  readonly joinsExamples: boolean;
  /** A dropout mask, an element: GPUs keep a truth value, CPUs a number. */
  readonly dropoutMaskBytes: number;
  /** What is not quantized in a quantized model: kept in the training precision, or in float32. */
  readonly unquantized: 'precision' | 'float32';
  /** A 4-bit value with its constants; null: the format's own. */
  readonly quantizedBytes: number | null;
}

/** `LOGITS_BYTES` of `target_loss.py` and `target_loss_mlx.py`, in values of four bytes. */
const logitsAtOnce = (128 * 1024 * 1024) / 4;

/** `python/lorabench/train_torch.py` and `target_loss.py`. */
export function ourWorker(device: 'cpu' | 'cuda' | 'rocm' | 'mlx'): Implementation {
  return {
    autocast: true,
    head: 'targets',
    bytesPerLogit: 12,
    mostLogits: logitsAtOnce,
    joinsExamples: device === 'cpu',
    dropoutMaskBytes: device === 'cpu' ? 4 : 1,
    unquantized: 'precision',
    quantizedBytes: null,
  };
}
