/** What a detector finds: a device, and where its live readings come from. */
import type { Device } from '@shared/machine';

export type DetectedDevice = Omit<Device, 'chosen' | 'reason'>;

/** Where the load of a device is read; null where nothing tells it cheaply. */
export type LoadSource =
  /** `usedFile` tells the bytes in use of a limit; null: nothing limits it but the machine. */
  | { readonly kind: 'cpu'; readonly usedFile: string | null }
  /** The folder of an AMD card in sysfs; `shared` counts the host memory that it uses as well. */
  | { readonly kind: 'amd'; readonly folder: string; readonly shared: boolean }
  | { readonly kind: 'nvidia'; readonly index: number }
  | { readonly kind: 'unified' };

export interface FoundDevice {
  readonly device: DetectedDevice;
  /** A sentence that the user should know beside what the device's fields say. */
  readonly note: string | null;
  readonly load: LoadSource | null;
}
