import {
  cpSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inspectModel } from './inspect-model';

const starter = join(import.meta.dirname, '../../../resources/models/starter');
const weights = 'model.safetensors';

describe('a model folder', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'lorabench-inspect-')), 'model');
    cpSync(starter, folder, { recursive: true });
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

  const problem = async () => {
    const found = await inspectModel(folder);
    if (!('why' in found)) throw new Error('It has no problem.');
    return found;
  };
  const setConfig = (change: object): void => {
    const config = JSON.parse(readFileSync(at('config.json'), 'utf8'));
    writeFileSync(at('config.json'), JSON.stringify({ ...config, ...change }));
  };
  /** A safetensors file with this header and so many bytes of data. */
  const setWeights = (header: string, dataBytes: number, length = header.length): void => {
    const head = Buffer.alloc(8);
    head.writeBigUInt64LE(BigInt(length));
    writeFileSync(at(weights), Buffer.concat([head, Buffer.from(header), Buffer.alloc(dataBytes)]));
  };

  it('tells architecture, context and parameters without loading the weights', async () => {
    // Counted by hand from its config: embeddings, four layers, the last norm; the head is tied.
    const attention = 256 * 256 * 2 + 256 * 128 * 2 + (256 + 128 * 2);
    const layer = attention + 3 * 256 * 768 + 2 * 256;
    expect(await inspectModel(folder)).toMatchObject({
      ...{ architecture: 'Qwen2ForCausalLM', contextLength: 1024 },
      parameters: 1536 * 256 + 4 * layer + 256,
      weightBytes: readFileSync(at(weights)).length,
    });
  });

  it.each([
    ['no config.json', () => rmSync(at('config.json')), /no config\.json/],
    ['no tokenizer', () => rmSync(at('tokenizer.json')), /no tokenizer/],
    ['no weights', () => rmSync(at(weights)), /no weights/],
    ['a folder that is gone', () => renameSync(folder, `${folder}2`), /no folder/],
  ])('with %s is incomplete', async (_, change, why) => {
    change();
    expect(await problem()).toMatchObject({ kind: 'incomplete', why: expect.stringMatching(why) });
    if (_.includes('gone')) renameSync(`${folder}2`, folder);
  });

  it.each([
    [{ model_type: 'newnet', architectures: ['NewNetForCausalLM'] }, /NewNetForCausalLM.*unknown/],
    [{ model_type: 'bert', architectures: ['BertForMaskedLM'] }, /not a causal language model/],
    [{ architectures: [] }, /names no model_type/],
  ])('of the kind %j is refused', async (config, why) => {
    setConfig(config);
    expect(await problem()).toMatchObject({ kind: 'unusable', why: expect.stringMatching(why) });
  });

  it('with pickled weights alone is refused with the reason', async () => {
    renameSync(at(weights), at('pytorch_model.bin'));
    const { why } = await problem();
    expect(why).toMatch(/pickled files, which can run code/);
  });

  it('that is an adapter, or holds GGUF, is told so', async () => {
    rmSync(at('config.json'));
    writeFileSync(at('model-q4.gguf'), '');
    expect((await problem()).why).toMatch(/GGUF/);
    writeFileSync(at('adapter_config.json'), '{}');
    expect((await problem()).why).toMatch(/adapter/);
  });

  it.each([
    ['cut off in its tensors', () => truncateSync(at(weights), 5_000_000), /\d+ bytes .* missing/],
    ['cut off in its header', () => truncateSync(at(weights), 100), /cut off inside its header/],
    ['empty', () => truncateSync(at(weights), 0), /cut off before its header/],
    ['with an impossible header', () => setWeights('{}', 0, 2 ** 40), /impossible length/],
    ['without JSON', () => setWeights('[1, 2]', 0), /not JSON/],
    ['with a tensor without shape', () => setWeights('{"a":{"dtype":"F32"}}', 4), /"a" wrongly/],
    [
      'with bytes behind its tensors',
      () => setWeights('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 9),
      /5 bytes that belong to no tensor/,
    ],
  ])('whose weights are %s is damaged', async (_, change, why) => {
    change();
    expect(await problem()).toMatchObject({
      ...{ kind: 'damaged', architecture: 'Qwen2ForCausalLM' },
      why: expect.stringMatching(why),
    });
  });

  it('in shards names those that its index has and the folder has not', async () => {
    renameSync(at(weights), at('model-00001-of-00003.safetensors'));
    const map = { a: 'model-00001-of-00003.safetensors', b: 'model-00003-of-00003.safetensors' };
    writeFileSync(at('model.safetensors.index.json'), JSON.stringify({ weight_map: map }));
    expect((await problem()).why).toBe(
      'A weight file is missing: model-00003-of-00003.safetensors.',
    );
    writeFileSync(at('model.safetensors.index.json'), '{}');
    expect((await problem()).kind).toBe('damaged');
  });
});
