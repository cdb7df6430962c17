import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectAmd } from './amd/amd';
import { detectNvidia } from './nvidia/nvidia';
import { machineInUse } from './sources/machine-in-use';
import { shownCards } from './visible-devices';

const machines = resolve(import.meta.dirname, '../../../tests/fixtures/machines');
const machine = (name: string) => machineInUse({ LORABENCH_MACHINE: join(machines, name) });

const cards = ['GPU-aa', 'GPU-bb', 'GPU-cc'].map((uuid) => ({ uuid }));
const order = (value?: string) =>
  shownCards(cards, ['VISIBLE'], { VISIBLE: value }).map(
    ({ card, hiddenBy }) => (hiddenBy === null ? '' : '-') + card.uuid,
  );

describe('cards that the environment shows', () => {
  it.each([
    [undefined, ['GPU-aa', 'GPU-bb', 'GPU-cc']],
    ['1', ['GPU-bb', '-GPU-aa', '-GPU-cc']],
    ['2,0', ['GPU-cc', 'GPU-aa', '-GPU-bb']],
    ['GPU-c, 1', ['GPU-cc', 'GPU-bb', '-GPU-aa']],
    ['0,7,1', ['GPU-aa', '-GPU-bb', '-GPU-cc']],
    ['-1', ['-GPU-aa', '-GPU-bb', '-GPU-cc']],
    ['', ['-GPU-aa', '-GPU-bb', '-GPU-cc']],
  ])('by %s are %s', (value, expected) => {
    expect(order(value)).toEqual(expected);
  });

  it('are numbered as PyTorch will number them', async () => {
    const environment = { CUDA_VISIBLE_DEVICES: '1' };
    const found = await detectNvidia({ ...(await machine('two-rtx-3090')), environment });
    expect(found.map(({ device, load }) => [device.id, device.usable, load])).toEqual([
      ['cuda:0', true, { kind: 'nvidia', index: 1 }],
      ['cuda:1', false, { kind: 'nvidia', index: 0 }],
    ]);
    expect(found[1]?.device.fix).toContain('CUDA_VISIBLE_DEVICES');
  });

  it('of AMD are those that two variables leave, one after the other', async () => {
    const sources = await machine('rx-7900-xtx');
    const environment = { ROCR_VISIBLE_DEVICES: '1,0', HIP_VISIBLE_DEVICES: '1' };
    const found = await detectAmd({ ...sources, environment });
    expect(found.map(({ device }) => [device.id, device.integrated, device.usable])).toEqual([
      ['rocm:0', false, true],
      ['rocm:1', true, false],
    ]);
    expect(found[1]?.device.problem).toBe('HIP_VISIBLE_DEVICES hides it.');
  });
});
