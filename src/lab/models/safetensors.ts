/**
 * The head of a safetensors file: what tensors it holds, without reading them. Format: an unsigned
 * 64-bit little-endian length, that many bytes of JSON, then the data without gaps.
 * https://huggingface.co/docs/safetensors (section "Format")
 */

import { open } from 'node:fs/promises';
import { parseJson } from '@shared/parse-json';
import { z } from 'zod';

/** The library itself refuses a longer one. */
const longestHeader = 100_000_000;

const tensorSchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const headerSchema = z.record(z.string(), z.unknown());

export interface SafetensorsHead {
  readonly tensors: ReadonlyMap<string, z.infer<typeof tensorSchema>>;
  readonly parameters: number;
}

/** The head, or in words what is wrong with the file. */
export async function safetensorsHead(path: string): Promise<SafetensorsHead | string> {
  const file = await open(path, 'r').catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  if (typeof file === 'string') return `it cannot be read (${file})`;
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(8);
    const { bytesRead } = await file.read(start, 0, 8, 0);
    if (bytesRead < 8) return 'it is cut off before its header';
    const length = start.readBigUInt64LE();
    if (length > longestHeader) return 'its header claims an impossible length';
    if (8n + length > size) return 'it is cut off inside its header';
    const header = Buffer.alloc(Number(length));
    await file.read(header, 0, header.length, 8);
    return headOf(header.toString('utf8'), size - 8 - header.length);
  } finally {
    await file.close();
  }
}

function headOf(text: string, dataBytes: number): SafetensorsHead | string {
  const header = headerSchema.safeParse(parseJson(text));
  if (!header.success) return 'its header is not JSON';
  const tensors = new Map<string, z.infer<typeof tensorSchema>>();
  let parameters = 0;
  let end = 0;
  for (const [name, value] of Object.entries(header.data)) {
    if (name === '__metadata__') continue;
    const tensor = tensorSchema.safeParse(value);
    if (!tensor.success) return `its header describes "${name}" wrongly`;
    tensors.set(name, tensor.data);
    parameters += tensor.data.shape.reduce((product, length) => product * length, 1);
    end = Math.max(end, tensor.data.data_offsets[1]);
  }
  if (end > dataBytes) return `it is cut off: ${end - dataBytes} bytes of its tensors are missing`;
  if (end < dataBytes) return `it has ${dataBytes - end} bytes that belong to no tensor`;
  return { tensors, parameters };
}
