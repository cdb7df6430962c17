import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bootstrapMean, clusterBootstrap } from './cluster-bootstrap';
import { holmAdjusted } from './holm';
import { exactMcNemar } from './mcnemar';
import { pairedDifferenceInterval } from './paired-difference';
import { pairedPermutation } from './paired-permutation';
import { passAtK } from './pass-at-k';
import { mcNemarPower, smallestDetectableChange, targetPower } from './smallest-detectable';
import { tasksToSettle, tasksToSettleMeans } from './tasks-to-settle';
import { wilsonInterval } from './wilson';

const interval = { low: z.number(), high: z.number() };
const expected = z
  .object({
    wilson: z.array(z.object({ passed: z.int(), total: z.int(), ...interval })),
    mcnemar: z.array(z.object({ onlyA: z.int(), onlyB: z.int(), pValue: z.number() })),
    newcombe: z.array(
      z.object({
        both: z.int(),
        onlyA: z.int(),
        onlyB: z.int(),
        neither: z.int(),
        ...interval,
      }),
    ),
    smallestDetectable: z.array(z.object({ tasks: z.int(), discordant: z.int(), change: z.int() })),
    settling: z.array(
      z.object({
        tasks: z.int(),
        discordant: z.int(),
        net: z.int(),
        enough: z.int(),
        power: z.number(),
      }),
    ),
    holm: z.array(z.object({ pValues: z.array(z.number()), adjusted: z.array(z.number()) })),
    permutation: z.array(
      z.object({ differences: z.array(z.number()), pValue: z.number(), exact: z.boolean() }),
    ),
    clusterBootstrap: z.array(
      z.object({ clusters: z.array(z.tuple([z.int(), z.int()])), ...interval }),
    ),
    passAtK: z.array(z.object({ n: z.int(), c: z.int(), k: z.int(), value: z.number() })),
  })
  .parse(
    JSON.parse(
      readFileSync(
        new URL('../../../tests/fixtures/statistics/expected.json', import.meta.url),
        'utf8',
      ),
    ),
  );

describe('statistics agree with SciPy and statsmodels', () => {
  it.each(expected.wilson)('Wilson interval of $passed of $total', (example) => {
    const found = wilsonInterval(example.passed, example.total);
    expect(found?.low).toBeCloseTo(example.low, 12);
    expect(found?.high).toBeCloseTo(example.high, 12);
  });

  it.each(expected.mcnemar)('exact McNemar for $onlyA against $onlyB', (example) => {
    expect(exactMcNemar(example.onlyA, example.onlyB)).toBeCloseTo(example.pValue, 10);
  });

  it.each(expected.newcombe)('paired difference $both/$onlyA/$onlyB/$neither', (example) => {
    const found = pairedDifferenceInterval(example);
    expect(found.low).toBeCloseTo(example.low, 12);
    expect(found.high).toBeCloseTo(example.high, 12);
  });

  it.each(expected.smallestDetectable)(
    'smallest detectable change of $tasks tasks with $discordant discordant',
    (example) => {
      expect(smallestDetectableChange(example.tasks, example.discordant)).toBe(example.change);
    },
  );

  it.each(expected.settling)(
    'tasks that would settle a net difference of $net of $tasks with $discordant discordant',
    ({ tasks, discordant, net, enough, power }) => {
      const powerOf = (count: number): number =>
        mcNemarPower((net / tasks) * count, count, discordant / tasks);
      expect(powerOf(enough)).toBeCloseTo(power, 10);
      const found = tasksToSettle(tasks, discordant, net) ?? 0;
      expect(powerOf(found)).toBeGreaterThanOrEqual(targetPower);
      expect(powerOf(found - 1)).toBeLessThan(targetPower);
      // Power has saw teeth, so the first crossing may lie a few tasks lower.
      expect(found).toBeGreaterThanOrEqual(enough);
      expect(found).toBeLessThanOrEqual(enough * 1.06 + 1);
    },
  );

  it.each(expected.holm)('Holm of $pValues', ({ pValues, adjusted }) => {
    holmAdjusted(pValues).forEach((value, index) => {
      expect(value).toBeCloseTo(adjusted[index] ?? -1, 12);
    });
  });

  it.each(expected.permutation)('paired permutation, exact: $exact', (example) => {
    const found = pairedPermutation(example.differences);
    // With 40 tasks both sides draw: three standard errors of 10,000 draws.
    const error = example.exact ? 1e-12 : 3 * Math.sqrt((found * (1 - found)) / 10_000) + 1e-4;
    expect(Math.abs(found - example.pValue)).toBeLessThanOrEqual(error);
  });

  it.each(expected.clusterBootstrap)('cluster bootstrap of $clusters.length tasks', (example) => {
    const found = clusterBootstrap(example.clusters.map(([passed, total]) => ({ passed, total })));
    expect(Math.abs((found?.low ?? 9) - example.low)).toBeLessThan(0.008);
    expect(Math.abs((found?.high ?? 9) - example.high)).toBeLessThan(0.008);
  });

  it.each(expected.passAtK)('pass@$k with $c of $n', (example) => {
    expect(passAtK(example.n, example.c, example.k)).toBeCloseTo(example.value, 12);
  });
});

describe('statistics at their edges', () => {
  it("agrees with Newcombe's published example (1998, table II: 36, 12, 2, 0)", () => {
    const found = pairedDifferenceInterval({ both: 36, onlyA: 2, onlyB: 12, neither: 0 });
    expect(found.low).toBeCloseTo(0.0569, 4);
    expect(found.high).toBeCloseTo(0.3404, 4);
  });

  it('has no interval without observations', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
    expect(clusterBootstrap([])).toBeNull();
    expect(clusterBootstrap([{ passed: 0, total: 0 }])).toBeNull();
  });

  it('resamples to the same interval every time, and to another with another seed', () => {
    const values = Array.from({ length: 30 }, (_, index) => Math.sin(index * index));
    expect(bootstrapMean(values, 7)).toEqual(bootstrapMean(values, 7));
    expect(bootstrapMean(values, 7)).not.toEqual(bootstrapMean(values, 8));
  });

  it('refuses more draws than samples', () => {
    expect(() => passAtK(3, 1, 4)).toThrow(RangeError);
  });

  it('asks for no more tasks where nothing differed, and for none that nobody would write', () => {
    expect(tasksToSettle(24, 0, 0)).toBeNull();
    expect(tasksToSettle(24, 6, 0)).toBeNull();
    expect(tasksToSettle(2000, 400, 1)).toBeNull();
    expect(tasksToSettleMeans([0.2, -0.2])).toBeNull();
  });

  it('joins the exact search to its approximation without a jump', () => {
    const exact = tasksToSettle(400, 60, 9) ?? 0;
    const approximate = tasksToSettle(400, 60, 8) ?? 0;
    expect(exact).toBeGreaterThan(800);
    expect(approximate / exact).toBeGreaterThan(1);
    expect(approximate / exact).toBeLessThan(1.5);
  });

  it('asks for as many task means as the normal approximation says', () => {
    // Mean 0.1, standard deviation 0.3: ((1.96 + 0.8416) · 3)² = 70.6.
    const differences = [0.1 + 0.3, 0.1 - 0.3, 0.1 + 0.3, 0.1 - 0.3].map(
      (value) => (value - 0.1) * Math.sqrt(3 / 4) + 0.1,
    );
    expect(tasksToSettleMeans(differences)).toBe(71);
  });

  it('finishes a benchmark of 2,000 tasks within seconds', () => {
    expect(smallestDetectableChange(2000, 300)).toBeGreaterThan(40);
  }, 120_000);
});
