/** The nearest changes that make a training fit, in order of least harm. */
import type { FitReport } from '@shared/fit';
import type { Preset } from '@shared/preset';
import type { OverrideValue } from '@shared/run-spec';
import { divisors } from './micro-batch';

export interface Change {
  readonly title: string;
  readonly overrides: Readonly<Record<string, OverrideValue>>;
}

export type Tried = FitReport['changes'][number];

/** Predicts the preset with these overrides; null where the device cannot do them. */
export type Try = (overrides: Change['overrides']) => Pick<Tried, 'totalBytes' | 'verdict'> | null;

/** A shorter length or a smaller rank changes what is learnt; below these it is no longer the same task. */
const shortest = 128;
const smallestRank = 4;

/**
 * What to try, the least harm first: a smaller micro-batch costs a little speed, gradient
 * checkpointing about a third, 4 bits some precision, a shorter length examples, an 8-bit optimizer
 * and a smaller rank capacity.
 */
export function candidates(preset: Preset, micro: number, nf4: boolean): readonly Change[] {
  const { batch, schedule, adapter, quantization } = preset;
  return [
    ...divisors(batch.effective)
      .filter((size) => size < micro)
      .map((size) => ({
        title: `Micro-batch ${size} × ${batch.effective / size} instead of ${micro} × ${batch.effective / micro}`,
        overrides: { 'batch.micro': size },
      })),
    ...(batch.gradientCheckpointing
      ? []
      : [
          {
            title: 'Gradient checkpointing (about 30 % slower)',
            overrides: { 'batch.gradientCheckpointing': true },
          },
        ]),
    ...(quantization.kind === 'none' && nf4
      ? [{ title: '4-bit base model (NF4)', overrides: { 'quantization.kind': 'nf4' } }]
      : []),
    ...halves(batch.maxLength, shortest).map((length) => ({
      title: `${length} tokens an example instead of ${batch.maxLength}`,
      overrides: { 'batch.maxLength': length },
    })),
    ...(schedule.optimizer === 'adamw'
      ? [{ title: '8-bit optimizer states', overrides: { 'schedule.optimizer': 'adamw_8bit' } }]
      : []),
    ...halves(adapter.rank, smallestRank).map((rank) => ({
      title: `Rank ${rank} instead of ${adapter.rank}`,
      overrides: { 'adapter.rank': rank },
    })),
  ];
}

/**
 * Single changes that are enough; when none is, changes are put on top of each other in the same
 * order until it fits. At most `most` are told, and only the mildest of a kind.
 */
export function nearestChanges(
  preset: Preset,
  micro: number,
  nf4: boolean,
  attempt: Try,
  most = 4,
): Tried[] {
  const found: Tried[] = [];
  const kinds = new Set<string>();
  let together: Change = { title: '', overrides: {} };
  const all = candidates(preset, micro, nf4);
  for (const change of all) {
    const kind = Object.keys(change.overrides).join();
    if (kinds.has(kind)) continue;
    const result = attempt(change.overrides);
    if (result === null || result.verdict === 'does not fit') continue;
    kinds.add(kind);
    found.push({ ...result, title: change.title, overrides: { ...change.overrides } });
  }
  if (found.length > 0) return found.slice(0, most);
  // The strongest of each kind: the list goes from mild to strong.
  for (const change of strongest(all)) {
    together = {
      title: together.title === '' ? change.title : `${together.title}; ${change.title}`,
      overrides: { ...together.overrides, ...change.overrides },
    };
    const result = attempt(together.overrides);
    if (result === null || result.verdict === 'does not fit') continue;
    return [{ ...result, title: together.title, overrides: { ...together.overrides } }];
  }
  return [];
}

function strongest(changes: readonly Change[]): readonly Change[] {
  const byKind = new Map(changes.map((change) => [Object.keys(change.overrides).join(), change]));
  return [...byKind.values()];
}

function halves(from: number, least: number): number[] {
  const values: number[] = [];
  for (let value = Math.floor(from / 2); value >= least; value = Math.floor(value / 2)) {
    values.push(value);
  }
  return values;
}
