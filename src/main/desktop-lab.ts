/** The lab inside the desktop app: opened after the window, closed before the process ends. */
import { join } from 'node:path';
import { createLab, type Lab } from '@lab/lab';
import { createDirectClient, createRouter, type LabClient } from '@lab/rpc/router';
import { startBackgroundScheduler } from '@lab/shell/background-scheduler';
import { closeAndHandOver } from '@lab/shell/hand-over';
import { placesIn } from '@lab/shell/places';
import { RPCHandler } from '@orpc/server/message-port';
import type { Connector } from './connections';
import { type Keeping, keepScheduled } from './keep-scheduled';

export interface DesktopLab {
  readonly lab: Lab;
  /** Serves the window's message ports. */
  readonly connector: Connector;
  readonly client: LabClient;
  readonly scheduling: Keeping;
  /** What is left in the queue goes on in the background. */
  close(): Promise<void>;
}

/** `root`: the clone, or the installed app's resources. */
export async function openDesktopLab(root: string, home: string): Promise<DesktopLab> {
  const labScript = join(root, 'out', 'cli', 'lab.js');
  const lab = await createLab({
    home,
    places: placesIn(root, process.env),
    shell: 'desktop',
    schedule: false,
  });
  const router = createRouter(lab, (error, procedure) =>
    lab.log.error({ error, procedure }, 'bug'),
  );
  const client = createDirectClient(router);
  const scheduling = keepScheduled(client, () => startBackgroundScheduler(lab.home, labScript));
  return {
    lab,
    connector: new RPCHandler(router),
    client,
    scheduling,
    async close() {
      scheduling.stop();
      await closeAndHandOver(lab, client, labScript);
    },
  };
}
