/**
 * Reads the header of a GGUF file: what kind of model it says it is, and how long it must be.
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md (versions 2 and 3).
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export interface GgufHeader {
  readonly version: number;
  /** Plain values by key; strings of more than 1 MB and arrays are left out. */
  readonly values: ReadonlyMap<string, string | number | boolean>;
  readonly tensors: number;
  /** The vocabulary has ChatML's token that begins a turn. */
  readonly knowsChatml: boolean;
  readonly bytes: number;
  /** At least so many, by its list of tensors. */
  readonly neededBytes: number;
}

export type GgufFault = 'not-gguf' | 'version' | 'endianness' | 'truncated' | 'damaged';

/** Why a file's header cannot be read. */
export class GgufError extends Error {
  readonly fault: GgufFault;

  constructor(fault: GgufFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

const versions = [2, 3];
const chatmlBegin = '<|im_start|>';
const mostValues = 100_000;
const mostTensors = 1_000_000;
const longestString = 1_000_000;
const deepestArray = 4;
const usualAlignment = 32;

/** Bytes of a value by its type's number; 8 is a string, 9 an array. */
const valueBytes: readonly number[] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const stringType = 8;
const arrayType = 9;

/** `[elements, bytes]` of a block by the tensor type's number, as ggml defines them. */
const blocks: Readonly<Record<number, readonly [number, number]>> = {
  ...{ 0: [1, 4], 1: [1, 2], 2: [32, 18], 3: [32, 20], 6: [32, 22], 7: [32, 24], 8: [32, 34] },
  ...{ 9: [32, 40], 10: [256, 84], 11: [256, 110], 12: [256, 144], 13: [256, 176] },
  ...{ 14: [256, 210], 15: [256, 292], 16: [256, 66], 17: [256, 74], 18: [256, 98] },
  ...{ 19: [256, 50], 20: [32, 18], 21: [256, 110], 22: [256, 82], 23: [256, 136], 24: [1, 1] },
  ...{ 25: [1, 2], 26: [1, 4], 27: [1, 8], 28: [1, 8], 29: [256, 56], 30: [1, 2] },
  ...{ 34: [256, 54], 35: [256, 66], 39: [32, 17], 40: [64, 36], 41: [128, 18] },
};

/** @throws GgufError, and what the file system says */
export function readGgufHeader(path: string): GgufHeader {
  const descriptor = openSync(path, 'r');
  try {
    return parse(new Bytes(descriptor, fstatSync(descriptor).size));
  } finally {
    closeSync(descriptor);
  }
}

function parse(bytes: Bytes): GgufHeader {
  if (bytes.size < 4 || bytes.take(4).toString('latin1') !== 'GGUF') {
    throw new GgufError('not-gguf', 'It does not begin with the letters GGUF.');
  }
  const version = bytes.number(4);
  if (version % 0x10000 === 0 && version > 0) {
    throw new GgufError('endianness', 'Its numbers are big-endian.');
  }
  if (!versions.includes(version)) {
    throw new GgufError('version', `Its version is ${version}; known are ${versions.join(', ')}.`);
  }
  const tensors = bounded('tensors', bytes.long(), mostTensors);
  const count = bounded('values', bytes.long(), mostValues);
  const values = new Map<string, string | number | boolean>();
  let knowsChatml = false;
  for (let index = 0; index < count; index += 1) {
    const key = bytes.string() ?? '';
    const type = bytes.number(4);
    if (type === arrayType) {
      const found = skipArray(bytes, 0);
      knowsChatml ||= key === 'tokenizer.ggml.tokens' && found;
    } else {
      const value = type === stringType ? bytes.string() : scalar(bytes, type);
      if (value !== null) values.set(key, value);
    }
  }
  const end = endOfTensors(bytes, tensors);
  const alignment = Number(values.get('general.alignment') ?? usualAlignment);
  const begin = Math.ceil(bytes.position / alignment) * alignment;
  const neededBytes = tensors === 0 ? bytes.position : begin + end;
  return { version, values, tensors, knowsChatml, bytes: bytes.size, neededBytes };
}

function scalar(bytes: Bytes, type: number): number | boolean {
  const size = valueBytes[type];
  if (size === undefined || size === 0) throw damaged(`A value has the unknown type ${type}.`);
  if (type === 7) return bytes.number(1) !== 0;
  if (type === 6) return bytes.take(4).readFloatLE();
  if (type === 12) return bytes.take(8).readDoubleLE();
  return size === 8 ? bytes.long() : bytes.number(size);
}

/** Whether one of its texts is ChatML's. */
function skipArray(bytes: Bytes, depth: number): boolean {
  if (depth >= deepestArray) throw damaged('Arrays lie in each other too deep.');
  const type = bytes.number(4);
  const length = bytes.long();
  let found = false;
  if (type === stringType) {
    for (let index = 0; index < length; index += 1) {
      if (bytes.isString(chatmlBegin)) found = true;
    }
  } else if (type === arrayType) {
    for (let index = 0; index < length; index += 1) skipArray(bytes, depth + 1);
  } else {
    const size = valueBytes[type];
    if (size === undefined) throw damaged(`An array has the unknown type ${type}.`);
    bytes.skip(size * length);
  }
  return found;
}

/** Bytes from the first tensor to the end of the last; of an unknown type, to where it begins. */
function endOfTensors(bytes: Bytes, tensors: number): number {
  let end = 0;
  for (let index = 0; index < tensors; index += 1) {
    bytes.string();
    const dimensions = bytes.number(4);
    if (dimensions > 8) throw damaged(`A tensor has ${dimensions} dimensions.`);
    let elements = 1;
    for (let axis = 0; axis < dimensions; axis += 1) elements *= bytes.long();
    const [perBlock, blockBytes] = blocks[bytes.number(4)] ?? [1, 0];
    end = Math.max(end, bytes.long() + (elements / perBlock) * blockBytes);
  }
  return end;
}

function bounded(what: string, count: number, most: number): number {
  if (count <= most) return count;
  throw damaged(`It says that it has ${count} ${what}.`);
}

const damaged = (message: string): GgufError => new GgufError('damaged', message);

/** A file read from the front in large pieces. */
class Bytes {
  readonly size: number;
  readonly #descriptor: number;
  #buffer = Buffer.alloc(0);
  /** Where the buffer begins in the file. */
  #begin = 0;
  position = 0;

  constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor;
    this.size = size;
  }

  take(count: number): Buffer {
    this.#require(count);
    let from = this.position - this.#begin;
    if (from < 0 || from + count > this.#buffer.length) {
      this.#buffer = Buffer.alloc(Math.min(this.size - this.position, Math.max(count, 1 << 20)));
      readSync(this.#descriptor, this.#buffer, 0, this.#buffer.length, this.position);
      this.#begin = this.position;
      from = 0;
    }
    this.position += count;
    return this.#buffer.subarray(from, from + count);
  }

  skip(count: number): void {
    this.#require(count);
    this.position += count;
  }

  /** Unsigned; the sign of no value matters here. */
  number(size: number): number {
    return this.take(size).readUIntLE(0, size);
  }

  /** Of 64 bits; beyond 2^53 inexact, which is beyond any file. */
  long(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  /** null for one that is too long to be kept. */
  string(): string | null {
    const length = this.long();
    if (length <= longestString) return this.take(length).toString('utf8');
    this.skip(length);
    return null;
  }

  isString(expected: string): boolean {
    const length = this.long();
    if (length === expected.length) return this.take(length).toString('latin1') === expected;
    this.skip(length);
    return false;
  }

  #require(count: number): void {
    if (count <= this.size - this.position) return;
    throw new GgufError('truncated', 'The file ends in the middle of its header.');
  }
}
