import type { Device } from '@shared/machine';
import type { ReactNode } from 'react';
import { CopyText } from '../../ui/copy-text';
import { bytes } from '../../ui/format';
import { Quantity } from '../../ui/quantity';
import { deviceNote } from '../lab/machine-card';

const quantizationNames: Readonly<Record<Device['quantizations'][number], string | null>> = {
  none: null,
  nf4: 'NF4',
  mlx4: 'MLX 4-bit',
};

/** What can train, which one is chosen and why; what cannot, why not and the fix. */
export function DeviceList({ devices }: { readonly devices: readonly Device[] }): ReactNode {
  if (devices.length === 0) {
    return <p className="px-4 py-3 text-ink-soft">No device that can train was found.</p>;
  }
  return (
    <ul aria-label="Devices">
      {devices.map((device) => (
        <li key={device.id} className="px-4 py-2">
          <div className="flex flex-wrap items-center gap-x-3">
            <span className="font-medium">{device.name}</span>
            <span className="font-mono text-xs text-ink-faint">{device.id}</span>
            {device.chosen && <Mark tone="bg-accent-soft text-accent">chosen</Mark>}
            {!device.usable && <Mark tone="bg-failed-soft text-failed">not usable</Mark>}
            {device.integrated && <Mark tone="bg-sunken text-ink-soft">integrated</Mark>}
            {device.recorded && <Mark tone="bg-warning-soft text-warning">recorded</Mark>}
            <span className="ml-auto">
              <Quantity of={bytes(device.memoryBytes)} />
            </span>
          </div>
          <p className="text-xs text-ink-faint">
            {[
              deviceNote(device),
              device.precisions.join(', '),
              ...device.quantizations.map((name) => quantizationNames[name]),
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <p className="text-xs text-ink-soft">{device.problem ?? device.reason}</p>
          {device.fix !== null && (
            <div className="pt-1">
              <CopyText text={device.fix} />
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Mark({
  tone,
  children,
}: {
  readonly tone: string;
  readonly children: ReactNode;
}): ReactNode {
  return <span className={`rounded-full px-2 text-2xs font-semibold ${tone}`}>{children}</span>;
}
