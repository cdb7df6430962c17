/** Shows a smoke test's answers as they come. */
import { setTimeout as wait } from 'node:timers/promises';
import type { LabClient } from '@lab/rpc/router';
import type { Smoke, SmokeLine } from '@shared/smoke';
import type { Progress } from '../text/progress';
import { bold } from '../text/style';

const pause = 200;

/** Resolves with the smoke test however it ended. `print` null: the answers are not shown. */
export async function followSmoke(
  client: LabClient,
  id: string,
  progress: Progress,
  print: ((text: string) => void) | null,
  signal: AbortSignal,
): Promise<Smoke> {
  const labels = await begun(client, id, progress, signal);
  const columns = print === null ? null : new OneAfterTheOther(labels, print);
  for await (const line of await client.smoke.follow({ id }, { signal })) {
    columns?.add(line);
  }
  signal.throwIfAborted();
  columns?.finish();
  return client.smoke.get({ id });
}

/** Waits for its turn in the queue; resolves with the labels of those who are asked. */
async function begun(
  client: LabClient,
  id: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<readonly string[]> {
  for (;;) {
    const { answers, status, jobId } = await client.smoke.get({ id });
    const labels = answers.map(({ label }) => label);
    if (status !== 'queued') {
      progress.end(`Asking ${labels.join(', ')}`);
      return labels;
    }
    const { jobs } = await client.queue.snapshot();
    const waitingFor = jobs.find((job) => job.id === jobId)?.waitingFor;
    progress.update(null, `queued${waitingFor ? `, waiting: ${waitingFor}` : ''}`);
    await wait(pause, undefined, { signal });
  }
}

/** A terminal shows one text at a time: the others wait until the first has ended. */
class OneAfterTheOther {
  readonly #labels: readonly string[];
  readonly #print: (text: string) => void;
  readonly #waiting = new Map<number, SmokeLine[]>();
  #current: number | null = null;

  constructor(labels: readonly string[], print: (text: string) => void) {
    this.#labels = labels;
    this.#print = print;
  }

  add(line: SmokeLine): void {
    const { candidate } = line;
    if (this.#current === null) this.#begin(candidate);
    if (this.#current !== candidate) {
      this.#waiting.set(candidate, [...(this.#waiting.get(candidate) ?? []), line]);
      return;
    }
    this.#show(line);
    if (line.kind !== 'end') return;
    this.#current = null;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next[0]);
    for (const waited of next[1]) this.add(waited);
  }

  /** Of whom there is only a half. */
  finish(): void {
    if (this.#current !== null) this.#print('\n\n');
    this.#current = null;
    for (const [candidate, lines] of this.#waiting) {
      this.#begin(candidate);
      for (const line of lines) this.#show(line);
      this.#print('\n\n');
    }
  }

  #begin(candidate: number): void {
    this.#current = candidate;
    this.#print(`${bold(this.#labels[candidate] ?? '')}\n`);
  }

  #show(line: SmokeLine): void {
    if (line.kind === 'piece') this.#print(line.text);
    if (line.kind === 'end') this.#print('\n\n');
  }
}
