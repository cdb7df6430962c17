import { ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button';
import { bytes, plain } from '../../ui/format';
import { ActionMenu, CheckItem } from '../../ui/menu';
import { useChooseDevice, useTargetDevice } from './target-device';

/** Shows another device; what is trained, rehearsed or predicted from now on is for that one. */
export function DeviceSwitch(): ReactNode {
  const { devices, device } = useTargetDevice();
  const choose = useChooseDevice();
  return (
    <ActionMenu
      trigger={
        <Button size="small" look="ghost" aria-label={`${devices.length} devices: choose one`}>
          {devices.length} devices <ChevronsUpDown aria-hidden className="size-3" />
        </Button>
      }
    >
      {devices.map((entry) => (
        <CheckItem
          key={entry.id}
          checked={entry.id === device?.id}
          onChange={() => choose(entry.chosen ? null : entry.id)}
        >
          <span className="min-w-0">
            {entry.name}
            <span className="block text-2xs text-ink-faint">
              {[
                entry.id,
                plain(bytes(entry.memoryBytes)),
                entry.usable ? null : 'not usable',
                entry.chosen ? "the lab's choice" : null,
              ]
                .filter((part) => part !== null)
                .join(' · ')}
            </span>
          </span>
        </CheckItem>
      ))}
    </ActionMenu>
  );
}
