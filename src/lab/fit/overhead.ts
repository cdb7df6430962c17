/** What a worker needs besides tensors, by device. */
import type { Device } from '@shared/machine';

const gibibyte = 1024 ** 3;
const mebibyte = 1024 ** 2;

/**
 * Context, kernels and workspaces of the libraries; on a CPU what Python with PyTorch, Transformers
 * and PEFT weighs before a model is loaded (measured: 0.5 GB).
 */
export function contextBytes(kind: Device['kind']): number {
  switch (kind) {
    case 'cpu':
      return 500 * mebibyte;
    case 'cuda':
      return 0.7 * gibibyte;
    case 'rocm':
      return 0.8 * gibibyte;
    case 'mlx':
      return 0.4 * gibibyte;
  }
}

/** Of activations and logits: what the allocator keeps in blocks that do not fit anything. */
export function spareShare(kind: Device['kind']): number {
  return kind === 'cpu' ? 0.2 : 0.06;
}
