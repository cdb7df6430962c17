/** `lab serve`: the window in a browser of this machine. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createRouter } from '@lab/rpc/router';
import { closeAndHandOver } from '@lab/shell/hand-over';
import { LabError } from '@shared/errors';
import { labScript, openLab, root } from '../open-lab';
import { type RunningServer, type ServeSettings, startServer } from '../serve/server';
import { serveToken } from '../serve/token';
import type { CommonOptions } from '../verb';
import { numberOption } from './options';

export interface ServeOptions extends CommonOptions {
  readonly port?: string;
}

const usualPort = 4400;

/** Serves until SIGINT or SIGTERM. Prints the address itself, at once: the answer would be late. */
export async function serve(options: ServeOptions): Promise<null> {
  const folder = join(root, 'out', 'renderer');
  await mustBeBuilt(folder);
  const port = options.port === undefined ? null : numberOption('port', options.port);
  const { lab, client } = await openLab(options, true);
  try {
    const router = createRouter(lab, (error, procedure) =>
      lab.log.error({ error, procedure }, 'bug'),
    );
    const token = await serveToken(lab.home);
    const server = await start({ router, token, folder }, port);
    const url = `http://127.0.0.1:${server.port}/?token=${token}`;
    const told = { url, port: server.port, pid: process.pid, token };
    process.stdout.write(
      options.json === true
        ? `${JSON.stringify(told)}\n`
        : `Lorabench is at ${url}  (Ctrl-C ends it, not the trainings)\n`,
    );
    await untilAsked();
    await server.close();
  } finally {
    await closeAndHandOver(lab, client, labScript);
  }
  return null;
}

async function mustBeBuilt(folder: string): Promise<void> {
  await access(join(folder, 'index.html')).catch(() => {
    throw new LabError({
      code: 'unavailable',
      what: 'The window is not built.',
      why: `${folder} has no index.html.`,
      fix: 'Run "npm run build".',
    });
  });
}

/** The port that was asked for and no other; without a wish the usual one, else any. */
async function start(
  settings: Omit<ServeSettings, 'port'>,
  port: number | null,
): Promise<RunningServer> {
  try {
    return await startServer({ ...settings, port: port ?? usualPort });
  } catch (error) {
    if (port === null) return startServer({ ...settings, port: 0 });
    throw new LabError({
      code: 'unavailable',
      what: `Port ${port} cannot be used.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Choose another with --port, or none: a free one is found.',
    });
  }
}

function untilAsked(): Promise<void> {
  return new Promise((resolve) => {
    const ask = (): void => {
      resolve();
      // A second Ctrl-C does not wait for anything.
      process.once('SIGINT', () => process.exit(130));
    };
    process.once('SIGINT', ask);
    process.once('SIGTERM', ask);
  });
}
