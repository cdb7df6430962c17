import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { bar, createProgress } from './progress';

function fakeStream(isTTY: boolean, columns = 40): { stream: NodeJS.WriteStream; text(): string } {
  const through = new PassThrough();
  const written: string[] = [];
  through.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  const stream = Object.assign(through, { isTTY, columns }) as unknown as NodeJS.WriteStream;
  return { stream, text: () => written.join('') };
}

describe('progress in the terminal', () => {
  it('draws bars in eighths and never outside their cells', () => {
    expect(bar(0, 4)).toBe('····');
    expect(bar(0.5, 4)).toBe('██··');
    expect(bar(0.53125, 4)).toBe('██▏·');
    expect(bar(7, 4)).toBe('████');
    expect(bar(Number.NaN, 4)).toHaveLength(4);
  });

  it('draws one line again on a terminal and cuts it to the width', () => {
    const { stream, text } = fakeStream(true, 24);
    const progress = createProgress(stream);
    progress.update(0.5, 'step 10 / 20');
    progress.end('done');
    expect(text()).toBe(`\r\u001b[2K████████········  step \r\u001b[2Kdone\n`);
  });

  it('writes a line every five seconds where nobody sees it redrawn', () => {
    let clock = 10_000;
    const { stream, text } = fakeStream(false);
    const progress = createProgress(stream, () => clock);
    for (let step = 0; step < 12; step += 1) {
      progress.update(step / 12, `step ${step}`);
      clock += 1000;
    }
    progress.end('trained');
    expect(text()).toBe('  0 %  step 0\n 41 %  step 5\n 83 %  step 10\ntrained\n');
  });
});
