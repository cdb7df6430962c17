import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hasTokenizer, isPickle, wantedFiles, weightFiles } from './weight-files';

const file = join(import.meta.dirname, '../../../tests/fixtures/hub/file-choices.json');
const choices = z
  .array(z.object({ title: z.string(), names: z.array(z.string()), wanted: z.array(z.string()) }))
  .parse(JSON.parse(readFileSync(file, 'utf8')));

describe('what is fetched of a model', () => {
  // The worker is held to the same file by python/tests/worker/test_hub_files.py.
  it.each(choices)('$title', ({ names, wanted }) => {
    expect(wantedFiles(names)).toEqual(wanted);
  });
});

describe('the weights of a model', () => {
  it('are the single file when there are shards too', () => {
    const names = ['model.safetensors', 'model-00001-of-00001.safetensors'];
    expect(weightFiles([...names, 'model.safetensors.index.json'])).toEqual(['model.safetensors']);
  });

  it('are not what other tools leave beside them', () => {
    expect(weightFiles(['adapter_model.safetensors', 'pytorch_model.bin'])).toEqual([]);
    expect(['a.bin', 'a.pt', 'a.safetensors', 'binary.json'].filter(isPickle)).toEqual([
      'a.bin',
      'a.pt',
    ]);
  });
});

describe('a tokenizer', () => {
  it('needs the merges beside a vocabulary', () => {
    expect(hasTokenizer(['vocab.json'])).toBe(false);
    expect(hasTokenizer(['vocab.json', 'merges.txt'])).toBe(true);
    expect(hasTokenizer(['tokenizer.model'])).toBe(true);
  });
});
