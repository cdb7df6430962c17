/** Opens the lab for one command and closes it whatever happens. */
import { fileURLToPath } from 'node:url';
import type { Lab } from '@lab/lab';
import type { LabClient } from '@lab/rpc/router';
import type { CommonOptions } from './verb';

/** The clone or the installed program; the built command lies in out/cli. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
export const labScript = fileURLToPath(new URL('./lab.js', import.meta.url));

export interface OpenLab {
  readonly lab: Lab;
  readonly client: LabClient;
}

/** `schedule`: take part in the queue while open, if no other process does. */
export async function openLab(options: CommonOptions, schedule: boolean): Promise<OpenLab> {
  const [{ createLab }, { createDirectClient, createRouter }, { placesIn }] = await Promise.all([
    import('@lab/lab'),
    import('@lab/rpc/router'),
    import('@lab/shell/places'),
  ]);
  const lab = await createLab({
    ...(options.home === undefined ? {} : { home: options.home }),
    places: placesIn(root, process.env),
    shell: 'browser',
    schedule,
  });
  const router = createRouter(lab, (error, procedure) =>
    lab.log.error({ error, procedure }, 'bug'),
  );
  return { lab, client: createDirectClient(router) };
}

/** For verbs that look or change something and end: nothing is scheduled. */
export async function withLab<Result>(
  options: CommonOptions,
  action: (open: OpenLab) => Promise<Result>,
): Promise<Result> {
  const open = await openLab(options, false);
  try {
    return await action(open);
  } finally {
    await open.lab.close();
  }
}
