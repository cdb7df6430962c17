import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabHome } from '../../store/home';
import { Histories } from './histories';
import { historyPath, loadHistory, saveHistory } from './history-file';
import { metricWindow } from './metric-window';
import { RunHistory } from './run-history';

let seq = 0;
const step = (number: number, loss: number | null = 1) => ({
  v: 1,
  seq: ++seq,
  time: 1000 * number,
  kind: 'step',
  step: number,
  epoch: number / 100,
  loss,
  correctTokens: 5,
  targetTokens: 10,
  tokenAccuracy: 0.5,
  learningRate: 0.001,
  gradNorm: 1,
  tokensPerSecond: 50,
  peakMemoryBytes: 1000,
});

describe('the history of a run', () => {
  it('keeps a spike of one step visible at every zoom', () => {
    const history = new RunHistory();
    for (let number = 1; number <= 100_000; number += 1) {
      history.add(step(number, number === 77_777 ? 9 : 0.5));
    }
    for (const maxPoints of [10, 137, 1500, 20_000]) {
      const window = metricWindow(history, { runId: 'r', maxPoints });
      expect(window.step.length).toBeLessThanOrEqual(maxPoints);
      expect(Math.max(...window.series.loss.high.map((value) => value ?? 0))).toBe(9);
      expect(window.step.at(-1)).toBe(100_000);
    }
    const near = metricWindow(history, {
      runId: 'r',
      fromStep: 77_770,
      toStep: 77_780,
      maxPoints: 100,
    });
    expect(near.step).toHaveLength(11);
    expect(near.series.loss.mean[7]).toBe(9);
  });

  it('shows a loss that is not a number as a gap, not as zero', () => {
    const history = new RunHistory();
    history.add(step(1));
    history.add(step(2, null));
    history.add(step(3));
    const window = metricWindow(history, { runId: 'r', maxPoints: 100 });
    expect(window.series.loss.mean).toEqual([1, null, 1]);
    expect(metricWindow(history, { runId: 'r', maxPoints: 1 }).series.loss.mean).toEqual([1]);
  });

  it('counts the tokens seen, also over steps that were done again', () => {
    const history = new RunHistory();
    for (const number of [1, 2, 3, 2, 3, 4]) history.add(step(number));
    const window = metricWindow(history, { runId: 'r', maxPoints: 100 });
    expect(window.step).toEqual([1, 2, 3, 4]);
    expect(window.tokens).toEqual([10, 20, 30, 40]);
  });
});

describe('the kept history', () => {
  let folder: string;
  let runFolder: string;
  let home: LabHome;
  const events = () => join(runFolder, 'events.jsonl');
  const write = (...lines: object[]) =>
    appendFileSync(events(), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lorabench-history-'));
    home = new LabHome(folder);
    runFolder = home.runFolder('r');
    mkdirSync(runFolder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read back as it was written', async () => {
    const history = new RunHistory();
    for (let number = 1; number <= 3000; number += 1) history.add(step(number, 1 / number));
    await saveHistory(runFolder, history);
    const read = await loadHistory(runFolder);
    const request = { runId: 'r', maxPoints: 5000 };
    expect(read === null ? null : metricWindow(read, request)).toEqual(
      metricWindow(history, request),
    );
  });

  it('goes on where it was saved, and grows with the file', async () => {
    write(step(1), step(2));
    const first = await new Histories(home).upToDate('r');
    await saveHistory(runFolder, first);
    write(step(3));
    const histories = new Histories(home);
    expect((await histories.upToDate('r')).steps.lastStep()).toBe(3);
    write(step(4));
    expect((await histories.upToDate('r')).facts).toMatchObject({ events: 4, garbage: 0 });
  });

  it.each([
    ['cut short', () => writeFileSync(historyPath(runFolder), Buffer.alloc(40, 1))],
    ['emptied', () => writeFileSync(historyPath(runFolder), '')],
  ])('is rebuilt from the events when it was %s', async (_, damage) => {
    write(step(1), step(2));
    await saveHistory(runFolder, await new Histories(home).upToDate('r'));
    damage();
    expect((await new Histories(home).upToDate('r')).steps.length).toBe(2);
  });

  it('begins anew when the event file was replaced by a shorter one', async () => {
    write(step(1), step(2), step(3));
    const histories = new Histories(home);
    await histories.upToDate('r');
    writeFileSync(events(), '');
    write(step(1, 5));
    expect(statSync(events()).size).toBeGreaterThan(0);
    expect((await histories.upToDate('r')).steps.column('loss')[0]).toBe(5);
  });
});
