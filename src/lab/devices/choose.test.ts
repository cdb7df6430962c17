import { describe, expect, it } from 'vitest';
import { choose } from './choose';
import type { DetectedDevice } from './detected-device';

const cpu: DetectedDevice = {
  id: 'cpu',
  kind: 'cpu',
  name: 'CPU',
  memoryBytes: 64e9,
  unifiedMemory: true,
  integrated: false,
  architecture: 'x64',
  driver: null,
  runtime: null,
  usable: true,
  problem: null,
  fix: null,
  precisions: ['float32'],
  quantizations: ['none'],
  environment: 'torch-cpu',
  recorded: false,
};
const card = (id: string, gigabytes: number, more: Partial<DetectedDevice> = {}) => ({
  ...cpu,
  id,
  kind: 'cuda' as const,
  name: id,
  memoryBytes: gigabytes * 1e9,
  ...more,
});
const broken = { usable: false, problem: 'No driver.', fix: 'Install it.' };
const inProcessor = { integrated: true, kind: 'rocm' as const };

const table: readonly (readonly [string, readonly DetectedDevice[], string])[] = [
  ['the card with the most memory', [card('small', 8), card('large', 24), cpu], 'large'],
  ['the first of two equal cards', [card('one', 24), card('two', 24), cpu], 'one'],
  ['not a card that cannot be used', [card('broken', 80, broken), card('good', 8), cpu], 'good'],
  ['the CPU when no card can be used', [card('broken', 80, broken), cpu], 'cpu'],
  [
    'never graphics in the processor beside a card, however much memory they share',
    [card('inside', 64, inProcessor), card('good', 8), cpu],
    'good',
  ],
  [
    'the CPU rather than graphics in the processor when the card beside them is broken',
    [card('inside', 64, inProcessor), card('broken', 8, broken), cpu],
    'cpu',
  ],
  [
    'the graphics in the processor when they are the only ones and work',
    [card('inside', 64, inProcessor), cpu],
    'inside',
  ],
  [
    'the CPU when the only graphics are in the processor and do not work',
    [card('inside', 64, { ...inProcessor, ...broken }), cpu],
    'cpu',
  ],
  ['a card of another maker when it has more', [card('cuda', 12), card('rocm', 16), cpu], 'rocm'],
  ['nothing when there is nothing that works', [{ ...cpu, ...broken }], ''],
];

describe('choosing a device takes', () => {
  it.each(table)('%s', (_, found, id) => {
    const chosen = choose(found).filter((device) => device.chosen);
    expect(chosen.map((device) => device.id)).toEqual(id === '' ? [] : [id]);
  });
});

describe('each device says why', () => {
  it('it is not chosen, with the name of the one that is', () => {
    const [small, , none] = choose([card('small', 8), card('large', 24), card('off', 80, broken)]);
    expect(small?.reason).toBe('large has more memory.');
    expect(none?.reason).toBe('No driver.');
  });

  it('and what else there is to know of it', () => {
    const [chosen] = choose([card('one', 8), cpu], new Map([['one', 'It is hot.']]));
    expect(chosen?.reason).toBe('It is the only graphics card that can train. It is hot.');
  });
});
