/** What a worker printed, for people, read from a byte on. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';

const mostBytes = 256 * 1024;

export interface LogPart {
  readonly text: string;
  readonly nextByte: number;
  /** Nothing more is there now. */
  readonly end: boolean;
}

/** From byte 0 of a long log, only the last part is given: the beginning is rarely what is looked for. */
export async function readLog(runFolder: string, fromByte: number): Promise<LogPart> {
  const file = await open(join(runFolder, 'worker.log'), 'r').catch(() => null);
  if (file === null) return { text: '', nextByte: fromByte, end: true };
  try {
    const { size } = await file.stat();
    const start = fromByte === 0 ? Math.max(0, size - mostBytes) : Math.min(fromByte, size);
    const buffer = Buffer.alloc(Math.min(mostBytes, size - start));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    // The last line may still be being written, inside a character even: it comes with the next part.
    const whole = buffer.lastIndexOf('\n', bytesRead) + 1;
    const length = whole === 0 || bytesRead === 0 ? bytesRead : whole;
    const nextByte = start + length;
    return { text: buffer.toString('utf8', 0, length), nextByte, end: start + bytesRead >= size };
  } finally {
    await file.close();
  }
}
