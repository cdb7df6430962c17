/** How much of a device's memory a training can count on. */
import type { Device } from '@shared/machine';

const mebibyte = 1024 ** 2;

/**
 * Without what the system keeps: of the memory that a processor shares with all programs a part, of
 * a card's what the driver and a desktop hold. MLX devices report their working-set limit, which
 * is theirs. The same at all times, so that a preset is always split into the same micro-batches.
 */
export function usableBytes(device: Pick<Device, 'kind' | 'memoryBytes'>): number {
  switch (device.kind) {
    case 'cpu':
      return device.memoryBytes * 0.85;
    case 'cuda':
    case 'rocm':
      return device.memoryBytes - Math.max(400 * mebibyte, device.memoryBytes * 0.025);
    case 'mlx':
      return device.memoryBytes;
  }
}
