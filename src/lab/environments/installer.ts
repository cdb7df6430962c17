/**
 * Starts python/lorabench/install_environment.py, the one implementation of an installation (the
 * set-up scripts start the same), and hands on what it says.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { LabContext } from '../context';
import type { TorchSource } from './torch-source';

export interface InstallOrder {
  readonly name: string;
  readonly folder: string;
  readonly locks: readonly {
    readonly name: string;
    readonly file: string;
    readonly hash: string;
  }[];
  readonly sources: readonly TorchSource[];
  readonly uv: string | null;
  readonly dependencies: boolean;
  readonly downloadBytes: number | null;
  readonly diskBytes: number | null;
  readonly waitSeconds: number;
  readonly askBeforeSwap: boolean;
}

const messageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), share: z.number(), message: z.string() }),
  z.object({ kind: z.literal('say'), text: z.string() }),
  z.object({ kind: z.literal('log'), line: z.string() }),
  z.object({ kind: z.literal('built') }),
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('cancelled') }),
  z.object({
    kind: z.literal('error'),
    code: z.string(),
    what: z.string(),
    why: z.string(),
    fix: z.string(),
    log: z.array(z.string()),
  }),
]);
export type InstallMessage = Readonly<z.infer<typeof messageSchema>>;
type LastMessage = Extract<InstallMessage, { kind: 'done' | 'cancelled' | 'error' }>;

export interface InstallEnd {
  /** Its last word; null when it was killed before it could say one. */
  readonly last: LastMessage | null;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines that it printed besides. */
  readonly lines: readonly string[];
}

const keptLines = 20;

export interface Installation {
  readonly pid: number | undefined;
  /** Lets the new environment take its place; asked for by the message `built`. */
  swap(): void;
  /** Ends it with everything that it started, and takes away what it made. */
  cancel(): void;
  readonly ended: Promise<InstallEnd>;
}

/** @param onMessage sees every message in order */
export function startInstallation(
  context: Pick<LabContext, 'places'>,
  python: string,
  order: InstallOrder,
  onMessage: (message: InstallMessage) => void,
): Installation {
  const child = spawn(python, ['-m', 'lorabench.install_environment'], {
    cwd: context.places.python,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  // It may have ended already: then its end says why.
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(order)}\n`);

  let last: LastMessage | null = null;
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
  };
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => {
    const message = parse(line);
    if (message === null) return keep(line);
    if (message.kind === 'done' || message.kind === 'cancelled' || message.kind === 'error') {
      last = message;
    }
    onMessage(message);
  });
  createInterface({ input: child.stderr }).on('line', keep);

  const closed = once(child, 'close').then(
    ([exitCode, signal]: unknown[]): InstallEnd => ({
      last,
      exitCode: typeof exitCode === 'number' ? exitCode : null,
      signal: typeof signal === 'string' ? (signal as NodeJS.Signals) : null,
      lines,
    }),
    (error: unknown): InstallEnd => ({
      last,
      exitCode: null,
      signal: null,
      lines: [String(error)],
    }),
  );
  return {
    pid: child.pid,
    swap: () => void child.stdin.write('swap\n'),
    cancel: () => void child.stdin.end('cancel\n'),
    ended: closed,
  };
}

function parse(line: string): InstallMessage | null {
  try {
    return messageSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
