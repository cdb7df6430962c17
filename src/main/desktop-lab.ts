/** The lab inside the desktop app: opened after the window, closed before the process ends. */
import { join } from 'node:path';
import { createLab, type Lab } from '@lab/lab';
import { createDirectClient, createRouter, type LabClient, type LabRouter } from '@lab/rpc/router';
import { closeAndHandOver } from '@lab/shell/hand-over';
import { placesIn } from '@lab/shell/places';

export interface DesktopLab {
  readonly lab: Lab;
  readonly router: LabRouter;
  readonly client: LabClient;
  /** Lets go of the workers; what is left in the queue goes on in the background. */
  close(): Promise<void>;
}

/** `root`: the clone, or the installed app's resources. */
export async function openDesktopLab(root: string, home: string): Promise<DesktopLab> {
  const lab = await createLab({
    home,
    places: placesIn(root, process.env),
    shell: 'desktop',
    schedule: true,
  });
  const router = createRouter(lab, (error, procedure) =>
    lab.log.error({ error, procedure }, 'bug'),
  );
  const client = createDirectClient(router);
  return {
    lab,
    router,
    client,
    async close() {
      await closeAndHandOver(lab, client, join(root, 'out', 'cli', 'lab.js'));
    },
  };
}
