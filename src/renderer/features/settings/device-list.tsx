import type { Device } from '@shared/machine';
import type { ReactNode } from 'react';
import { CopyText } from '../../ui/copy-text';
import { bytes } from '../../ui/format';
import { Quantity } from '../../ui/quantity';

/** What can train, which one is chosen, and why. */
export function DeviceList({ devices }: { readonly devices: readonly Device[] }): ReactNode {
  return (
    <ul aria-label="Devices">
      {devices.map((device) => (
        <li key={device.id} className="px-4 py-2">
          <div className="flex flex-wrap items-center gap-x-3">
            <span className="font-medium">{device.name}</span>
            <span className="font-mono text-xs text-ink-faint">{device.id}</span>
            {device.chosen && (
              <span className="rounded-full bg-accent-soft px-2 text-2xs font-semibold text-accent">
                chosen
              </span>
            )}
            {!device.usable && (
              <span className="rounded-full bg-failed-soft px-2 text-2xs font-semibold text-failed">
                not usable
              </span>
            )}
            <span className="ml-auto">
              <Quantity of={bytes(device.memoryBytes)} />
            </span>
          </div>
          <p className="text-xs text-ink-faint">
            {[
              device.runtime,
              device.driver === null ? null : `driver ${device.driver}`,
              device.precisions.join(', '),
              device.quantizations.includes('nf4') ? 'NF4' : null,
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
