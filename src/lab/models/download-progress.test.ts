import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { byteText, shareText } from './byte-text';
import { DownloadReader } from './download-progress';

describe('how far a download is', () => {
  let folder: string;
  let reader: DownloadReader;
  let seq = 0;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lorabench-progress-'));
    reader = new DownloadReader(folder);
    seq = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (time: number, event: object): void => {
    seq += 1;
    appendFileSync(
      join(folder, 'events.jsonl'),
      `${JSON.stringify({ v: 1, seq, time, ...event })}\n`,
    );
  };
  const progress = (time: number, done: number, message = ''): void =>
    write(time, { kind: 'progress', done, total: 3e9, unit: 'bytes', message });

  it('is told with the rate of the last seconds and the time left', async () => {
    progress(0, 1e9);
    expect(await reader.read()).toEqual({
      ...{ share: 1 / 3, secondsLeft: null, message: '1.0 of 3.0 GB' },
    });
    progress(4000, 1.2e9);
    expect(await reader.read()).toEqual({
      ...{ share: 0.4, secondsLeft: 36, message: '1.2 of 3.0 GB, 50.0 MB/s' },
    });
    expect(await reader.read()).toBeNull();
  });

  it('forgets how fast it was a while ago, and in an earlier attempt', async () => {
    progress(0, 0);
    progress(1000, 1e9);
    progress(20_000, 1e9);
    progress(24_000, 1e9, 'waiting 30 s, as the hub asks');
    expect(await reader.read()).toMatchObject({
      ...{ secondsLeft: null, message: '1.0 of 3.0 GB, waiting 30 s, as the hub asks' },
    });
    write(90_000, { kind: 'phase', phase: 'starting', message: '' });
    progress(90_100, 1e9);
    expect(await reader.read()).toMatchObject({ secondsLeft: null });
  });

  it('is told in the unit of its size', () => {
    expect(shareText(1_500_000, 7_200_000)).toBe('1.5 of 7.2 MB');
    expect(shareText(100, 2000)).toBe('0.1 of 2.0 kB');
    expect([15.24e9, 999e6, 12].map(byteText)).toEqual(['15.2 GB', '999.0 MB', '0.0 kB']);
  });
});
