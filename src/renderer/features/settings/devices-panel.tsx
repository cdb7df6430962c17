import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { plural } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { type Command, useCommand } from '../../ui/use-command';
import { Waiting } from '../../ui/waiting';
import { DeviceList } from './device-list';

/** Looks for devices again, for example after a driver was installed. */
export function useDetect(): Command<void> {
  const { client, query, queryClient } = useLab();
  return useCommand(() => client.machine.detect(), {
    said: ({ devices }) => {
      const usable = devices.filter((device) => device.usable).length;
      return `Looked again: ${plural(devices.length, 'device')}, ${usable} can train.`;
    },
    after: (machine) => {
      queryClient.setQueryData(query.machine.describe.queryKey(), machine);
      void queryClient.invalidateQueries({ queryKey: query.machine.doctor.key() });
      void queryClient.invalidateQueries({ queryKey: query.environments.key() });
      void queryClient.invalidateQueries({ queryKey: query.presets.key() });
      void queryClient.invalidateQueries({ queryKey: query.fit.key() });
    },
  });
}

export function DevicesPanel(): ReactNode {
  const { query } = useLab();
  const machine = useQuery(query.machine.describe.queryOptions());
  const detect = useDetect();
  return (
    <Panel
      title="Devices"
      bodyClassName="py-1"
      actions={
        <Button size="small" look="ghost" disabled={detect.busy} onClick={() => detect.run()}>
          <RefreshCw aria-hidden className="size-3.5" />
          {detect.busy ? 'Looking' : 'Look again'}
        </Button>
      }
    >
      {machine.isError ? (
        <ErrorCard error={machine.error} />
      ) : machine.data === undefined ? (
        <Waiting words="Looking at the machine" />
      ) : (
        <DeviceList devices={machine.data.devices} />
      )}
    </Panel>
  );
}
