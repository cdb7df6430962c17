import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GgufContent, ggufFile } from '../../../tests/fixtures/gguf-file';
import { Store } from '../store/store';
import { ggufHash, inspectGguf } from './gguf-file';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-gguf-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: Buffer | GgufContent = {}): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.isBuffer(content) ? content : ggufFile(content));
  return path;
}

const whole = ggufFile();

describe('a GGUF file', () => {
  it('is known by its header, and a relative path is made absolute', () => {
    const path = write('Tiny-Q8_0.gguf');
    const plain = { path, parts: [path], name: 'Tiny-Q8_0', architecture: 'qwen2' };
    expect(inspectGguf(relative(process.cwd(), path))).toEqual({
      ...plain,
      hasTemplate: false,
      knowsChatml: false,
    });
    write('Tiny-Q8_0.gguf', {
      values: { 'tokenizer.chat_template': '{{ messages }}' },
      tokens: ['a', '<|im_start|>', 'b'],
    });
    expect(inspectGguf(path)).toMatchObject({ hasTemplate: true, knowsChatml: true });
  });

  it.each([
    ['another format', Buffer.from('PK\u0003\u0004 and so on'), 'does not begin with the letters'],
    ['an empty file', Buffer.alloc(0), 'does not begin with the letters'],
    ['an unknown version', patched(4, [99, 0, 0, 0]), 'Its version is 99'],
    ['big-endian numbers', patched(4, [0, 0, 0, 3]), 'big-endian'],
    ['tensors without end', patched(8, Array(8).fill(255)), 'tensors'],
    ['values without end', patched(16, Array(8).fill(255)), 'values'],
    ['a key without end', patched(24, [255, 255, 255, 255, 255, 255, 255, 127]), 'middle of its'],
    ['a type that there is not', patched(24 + 8 + 20, [77, 0, 0, 0]), 'unknown type 77'],
  ])('is told apart from %s', (_what, content, why) => {
    expect(() => inspectGguf(write('bad.gguf', content))).toThrow(
      expect.objectContaining({ code: 'bad_input', why: expect.stringContaining(why) }),
    );
  });

  it('is refused wherever it is cut off', () => {
    for (let length = 4; length < whole.length; length += 1) {
      const path = write('cut.gguf', whole.subarray(0, length));
      expect(() => inspectGguf(path), `cut at ${length}`).toThrow(
        expect.objectContaining({ code: 'bad_input', fix: 'Download or copy the file again.' }),
      );
    }
    expect(inspectGguf(write('cut.gguf', whole)).name).toBe('cut');
  });

  it.each([
    [{ values: { 'general.type': 'mmproj' } }, 'looks at pictures'],
    [{ architecture: 'clip' }, 'looks at pictures'],
    [{ values: { 'general.type': 'adapter' } }, 'LoRA adapter'],
    [{ architecture: 'nomic-bert' }, 'embedding model'],
    [{ values: { 'qwen2.pooling_type': 3 } }, 'embedding model'],
    [{ architecture: '' }, 'what architecture'],
    [{ tensors: 0 }, 'no weights'],
  ])('of something else than a language model is refused: %j', (content: GgufContent, why) => {
    expect(() => inspectGguf(write('other.gguf', content))).toThrow(
      expect.objectContaining({ code: 'bad_input', why: expect.stringContaining(why) }),
    );
  });

  it('that is not there, or a folder, is said to be so', () => {
    mkdirSync(join(folder, 'model.gguf'));
    expect(() => inspectGguf(join(folder, 'model.gguf'))).toThrow('There is no file');
    expect(() => inspectGguf(join(folder, 'gone.gguf'))).toThrow('There is no file');
  });
});

describe('a GGUF file in parts', () => {
  const part = (number: number, of: number): string =>
    write(`big-0000${number}-of-0000${of}.gguf`, {
      values: { 'split.no': number - 1, 'split.count': of },
    });

  it('is one model, whichever part is named', () => {
    const parts = [part(1, 3), part(2, 3), part(3, 3)];
    expect(inspectGguf(parts[2] ?? '')).toMatchObject({ path: parts[0], parts, name: 'big' });
  });

  it('needs all of them, whole and under their names', () => {
    part(1, 3);
    part(3, 3);
    const first = join(folder, 'big-00001-of-00003.gguf');
    const why = expect.stringContaining('big-00002-of-00003.gguf is missing');
    expect(() => inspectGguf(first)).toThrow(expect.objectContaining({ why }));
    write('big-00002-of-00003.gguf', whole.subarray(0, whole.length - 1));
    expect(() => inspectGguf(first)).toThrow('big-00002-of-00003.gguf cannot be read');
    const renamed = write('renamed.gguf', { values: { 'split.no': 0, 'split.count': 2 } });
    expect(() => inspectGguf(renamed)).toThrow('cannot be evaluated');
  });

  it('has a hash that every part decides', async () => {
    const parts = [part(1, 2), part(2, 2)];
    const store = new Store(join(folder, 'lab.db'));
    const before = await ggufHash({ store }, inspectGguf(parts[0] ?? ''));
    expect(await ggufHash({ store }, inspectGguf(parts[1] ?? ''))).toBe(before);
    writeFileSync(parts[1] ?? '', Buffer.concat([part2(), Buffer.from([1])]));
    expect(await ggufHash({ store }, inspectGguf(parts[0] ?? ''))).not.toBe(before);
    store.close();
  });

  const part2 = (): Buffer => ggufFile({ values: { 'split.no': 1, 'split.count': 2 } });
});

function patched(at: number, bytes: readonly number[]): Buffer {
  const content = Buffer.from(ggufFile());
  Buffer.from(bytes).copy(content, at);
  return content;
}
