/**
 * Reads a growing file of JSON lines by byte offset. Half lines wait for their end; lines that are
 * not JSON are counted, never fatal; characters cut in the middle are whole again when the line is.
 */
import { type FileHandle, open } from 'node:fs/promises';

export interface JsonLine {
  readonly value: unknown;
  /** Byte offset of the end of the line, its newline included. */
  readonly end: number;
}

export interface JsonLines {
  readonly lines: readonly JsonLine[];
  readonly garbage: number;
  /** Where to read on: after the last complete line. */
  readonly offset: number;
}

const chunkBytes = 4 * 1024 * 1024;
const newline = 0x0a;

/**
 * The complete lines from byte `offset` on, at most about 4 MB of them. Call again while `offset`
 * moves. A missing file has no lines. A line longer than a chunk is read whole.
 */
export async function readJsonLines(path: string, offset: number): Promise<JsonLines> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return { lines: [], garbage: 0, offset };
    throw error;
  }
  try {
    const size = (await file.stat()).size;
    let length = Math.min(chunkBytes, size - offset);
    for (;;) {
      if (length <= 0) return { lines: [], garbage: 0, offset };
      const buffer = Buffer.allocUnsafe(length);
      const { bytesRead } = await file.read(buffer, 0, length, offset);
      const bytes = buffer.subarray(0, bytesRead);
      const last = bytes.lastIndexOf(newline);
      if (last >= 0) return parseLines(bytes.subarray(0, last + 1), offset);
      if (offset + length >= size) return { lines: [], garbage: 0, offset };
      length = Math.min(length * 4, size - offset);
    }
  } finally {
    await file.close();
  }
}

function parseLines(bytes: Buffer, offset: number): JsonLines {
  const lines: JsonLine[] = [];
  let garbage = 0;
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(newline, start);
    const text = bytes.toString('utf8', start, end).trim();
    start = end + 1;
    if (text === '') continue;
    try {
      lines.push({ value: JSON.parse(text), end: offset + start });
    } catch {
      garbage += 1;
    }
  }
  return { lines, garbage, offset: offset + bytes.length };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
