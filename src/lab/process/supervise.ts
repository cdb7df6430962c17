/** Follows a detached worker to its end: reads what it appends, passes on a stop, says how it ended. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExitReport, exitReportSchema } from '@shared/job-files';
import { isAlive, type ProcessIdentity, signalGroup } from './identity';

export interface Supervision {
  readonly folder: string;
  readonly identity: ProcessIdentity;
  readonly attempt: string;
  /** Aborted: let go of the worker. */
  readonly closing: AbortSignal;
  /** Aborted: ask for an orderly end, then insist. */
  readonly stopRequested: AbortSignal;
  /** Reads on what the worker has written; called a few times a second and once after its end. */
  readonly readOn: () => Promise<void>;
  /** Seconds between control file, SIGTERM and SIGKILL. */
  readonly grace?: { readonly control: number; readonly terminate: number };
}

export type WorkerEnd =
  | { readonly kind: 'detached' }
  /** `report` is null when the whole process group vanished: killed from outside, or power lost. */
  | { readonly kind: 'ended'; readonly report: ExitReport | null; readonly killed: boolean };

const pollMilliseconds = 150;
const defaultGrace = { control: 60, terminate: 10 };

/** Resolves when the worker has ended and all it wrote was read, or when the lab closes. */
export async function superviseWorker(supervision: Supervision): Promise<WorkerEnd> {
  const { identity, closing, readOn } = supervision;
  const stop = new StopEscalation(supervision);
  for (;;) {
    if (closing.aborted) return { kind: 'detached' };
    const alive = isAlive(identity);
    await readOn();
    if (!alive) break;
    await stop.advance();
    await sleep(pollMilliseconds, undefined, { signal: closing }).catch(() => undefined);
  }
  const report = await readExitReport(supervision.folder, supervision.attempt);
  return { kind: 'ended', report, killed: stop.killed };
}

class StopEscalation {
  readonly #supervision: Supervision;
  #stage: 'none' | 'asked' | 'terminated' | 'killed' = 'none';
  #since = 0;

  constructor(supervision: Supervision) {
    this.#supervision = supervision;
  }

  get killed(): boolean {
    return this.#stage === 'terminated' || this.#stage === 'killed';
  }

  async advance(): Promise<void> {
    const { stopRequested, identity, folder } = this.#supervision;
    if (!stopRequested.aborted) return;
    const grace = this.#supervision.grace ?? defaultGrace;
    const waited = (Date.now() - this.#since) / 1000;
    if (this.#stage === 'none') {
      await writeFile(
        join(folder, 'control.json'),
        JSON.stringify({ request: 'stop', requestedAt: Date.now() }),
      );
      this.#enter('asked');
    } else if (this.#stage === 'asked' && waited > grace.control) {
      signalGroup(identity, 'SIGTERM');
      this.#enter('terminated');
    } else if (this.#stage === 'terminated' && waited > grace.terminate) {
      signalGroup(identity, 'SIGKILL');
      this.#enter('killed');
    }
  }

  #enter(stage: 'asked' | 'terminated' | 'killed'): void {
    this.#stage = stage;
    this.#since = Date.now();
  }
}

/** The keeper's report of this attempt; null when it wrote none. */
export async function readExitReport(folder: string, attempt: string): Promise<ExitReport | null> {
  try {
    const parsed = exitReportSchema.safeParse(
      JSON.parse(await readFile(join(folder, 'exit.json'), 'utf8')),
    );
    return parsed.success && parsed.data.attempt === attempt ? parsed.data : null;
  } catch {
    return null;
  }
}
