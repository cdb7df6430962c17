/** Reads a run's log as it grows; keeps only the newest lines for the page. */
import type { LabClient } from '../../app/connection';

const keptLines = 5000;

export class LogReader {
  lines: readonly string[] = [];
  /** Lines that were left out at the start because there were too many. */
  dropped = 0;
  private nextByte = 0;
  private rest = '';
  private busy = false;

  constructor(
    private readonly client: LabClient,
    private readonly id: string,
  ) {}

  /** Takes everything that was written since the last time; true when there was something. */
  async read(): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    const start = this.nextByte;
    try {
      for (;;) {
        const part = await this.client.runs.log({ id: this.id, fromByte: this.nextByte });
        const moved = part.nextByte > this.nextByte;
        this.nextByte = part.nextByte;
        this.append(part.text);
        if (part.end || !moved) break;
      }
    } finally {
      this.busy = false;
    }
    return this.nextByte > start;
  }

  private append(text: string): void {
    if (text === '') return;
    const parts = (this.rest + text).split('\n');
    this.rest = parts.pop() ?? '';
    const added = parts.map(lastState);
    const all = [...this.lines, ...added];
    this.dropped += Math.max(0, all.length - keptLines);
    this.lines = all.slice(-keptLines);
  }
}

/** A progress bar writes over its line with carriage returns; what stands at the end is the line. */
export function lastState(line: string): string {
  const trimmed = line.endsWith('\r') ? line.slice(0, -1) : line;
  return trimmed.slice(trimmed.lastIndexOf('\r') + 1);
}
