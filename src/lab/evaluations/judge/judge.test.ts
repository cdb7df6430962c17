import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '@shared/benchmark';
import type { Judgement } from '@shared/judgement';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabHome } from '../../store/home';
import { findSandbox } from '../sandbox/find-sandbox';
import { runConfined } from '../sandbox/run-confined';
import { unconfined } from '../sandbox/unconfined';
import { type Judge, openJudge } from './open-judge';

const resources = join(import.meta.dirname, '../../../../resources');
const places = { resources, python: '', environments: '' };
const context = { home: new LabHome('/nowhere'), places };

const taskOf = (parts: Partial<Task> = {}): Task => ({
  id: 'task',
  category: 'test',
  prompt: 'Write it.',
  reference: '',
  constructs: [],
  ...parts,
});

function judgeText(judge: Judge, text: string, parts: Partial<Task> = {}): Promise<Judgement> {
  return judge.judge(taskOf(parts), {
    taskId: 'task',
    sample: 0,
    text,
    finishReason: 'stop',
    promptTokens: 1,
    completionTokens: 1,
    seconds: 0,
  });
}

let judge: Judge;
beforeAll(async () => {
  judge = await openJudge(context, 'javascript', { allowUnsandboxed: false });
}, 120_000);
afterAll(() => judge.close());

const stages = (judgement: Judgement) =>
  judgement.stages.map(({ stage, passed }) => `${stage} ${passed ? 'ok' : 'failed'}`);

describe('judging JavaScript', () => {
  it('passes a program that prints what was expected and uses what was asked for', async () => {
    const judgement = await judgeText(
      judge,
      'Here it is:\n```js\nconsole.log([1, 2].map(n => n * 2).join(" "));\n```\nDone.',
      { expectedOutput: '2 4\n', constructs: ['map'] },
    );
    expect(stages(judgement)).toEqual([
      'extract ok',
      'syntax ok',
      'run ok',
      'output ok',
      'constructs ok',
    ]);
    expect(judgement).toMatchObject({ passed: true, failure: null, stdout: '2 4\n', exitCode: 0 });
  });

  it('says what failed first, in the words of the toolchain', async () => {
    const cases: readonly [string, Partial<Task>, string, RegExp][] = [
      ['', {}, 'no_code', /empty/],
      ['console.log(', {}, 'syntax', /SyntaxError/],
      ['nowhere()', {}, 'runtime', /ReferenceError: nowhere is not defined/],
      ['process.exit(3)', {}, 'runtime', /exit code 3/],
      [
        'console.log(1); console.log(3)',
        { expectedOutput: '1\n2\n' },
        'wrong_output',
        /line 2: expected "2", printed "3"/,
      ],
      ['1', { constructs: ['map', 'ternary'] }, 'construct_missing', /not used: map, ternary/],
    ];
    for (const [text, parts, kind, message] of cases) {
      const judgement = await judgeText(judge, text, parts);
      expect(judgement.failure).toBe(kind);
      expect(judgement.message).toMatch(message);
      expect(judgement.passed).toBe(false);
    }
  });

  it('judges constructs even when the output is wrong, and stops after a failed run', async () => {
    const parts = { expectedOutput: '1', constructs: ['map'] };
    expect(stages(await judgeText(judge, '[].map(String)', parts))).toEqual([
      'extract ok',
      'syntax ok',
      'run ok',
      'output failed',
      'constructs ok',
    ]);
    expect(stages(await judgeText(judge, 'throw 1', parts))).toEqual([
      'extract ok',
      'syntax ok',
      'run failed',
    ]);
  });

  it('hides no path of this machine in a message', async () => {
    const { message } = await judgeText(judge, 'let x = ;');
    expect(message).toMatch(/^program\.js:1/);
    expect(message).not.toMatch(/lorabench|\/box|Node\.js v/);
  });

  it("begins with the program's own mistake, not with the runtime's source", async () => {
    const { message } = await judgeText(judge, 'require("fs").readFileSync("/nowhere")');
    expect(message).toMatch(/^Error: ENOENT/);
  });

  it('does not take an exit code of 0 for a pass', async () => {
    const text = 'process.exit(0); console.log("ok")';
    expect((await judgeText(judge, text, { expectedOutput: 'ok' })).failure).toBe('wrong_output');
  });
});

describe('judging hostile programs', () => {
  it('gives them no network', async () => {
    const server = createServer((_request, response) => response.end('reached'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const judgement = await judgeText(
        judge,
        `fetch('http://127.0.0.1:${port}').then(r => r.text()).then(console.log, e => console.log('no', e.cause.code))`,
        { expectedOutput: 'no ECONNREFUSED' },
      );
      expect(judgement.message).toBe('');
      expect(judgement.passed).toBe(true);
    } finally {
      server.close();
    }
  });

  it("hides the user's files, environment and processes", async () => {
    const secret = mkdtempSync(join(tmpdir(), 'lorabench-secret-'));
    writeFileSync(join(secret, 'key'), 'secret');
    const text = `
      const fs = require('fs');
      const seen = (path) => { try { return fs.readdirSync(path).length; } catch { return 0; } };
      console.log(seen(${JSON.stringify(secret)}), seen(${JSON.stringify(homedir())}), seen('/etc/ssl'),
        process.env.LORABENCH_SECRET, fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).length < 6);`;
    process.env.LORABENCH_SECRET = 'secret';
    try {
      const judgement = await judgeText(judge, text, { expectedOutput: '0 0 0 undefined true' });
      expect(judgement.message).toBe('');
    } finally {
      delete process.env.LORABENCH_SECRET;
      rmSync(secret, { recursive: true });
    }
  });

  it('lets them write nowhere but to their own temporary folder', async () => {
    const text = `
      const fs = require('fs');
      const write = (path) => { try { fs.writeFileSync(path, 'x'); return 'wrote'; } catch (e) { return e.code; } };
      console.log(write('/box/x'), write('/usr/x'), write('/x'), write('/dev/shm/x'), write('/proc/sys/kernel/hostname'), write('/tmp/x'));`;
    const judgement = await judgeText(judge, text);
    expect(judgement.stdout).toMatch(/^EROFS EROFS EROFS EROFS \w+ wrote$/m);
    expect(judgement.stdout.match(/wrote/g)).toHaveLength(1);
    expect(existsSync('/tmp/x')).toBe(false);
  });

  it('ends endless output, endless loops and hoarded memory, and says which it was', async () => {
    const short = await quickJudge();
    try {
      const [output, loop, memory] = await Promise.all([
        judgeText(short, 'for (;;) require("fs").writeSync(1, "x".repeat(60000));'),
        judgeText(short, 'for (;;) {}'),
        judgeText(short, 'const hoard = []; for (;;) hoard.push(Buffer.alloc(1e7, 1));'),
      ]);
      expect(output).toMatchObject({
        failure: 'runtime',
        message: 'printed more than 200000 bytes',
      });
      expect(loop).toMatchObject({ failure: 'timeout', message: 'did not end within 5 s' });
      expect(memory.failure).toBe('runtime');
      expect(memory.message).toMatch(/needed more than 300 MB|allocation failed|out of memory/i);
      expect(output.stdout.length).toBeLessThan(30_000);
    } finally {
      await short.close();
    }
  }, 120_000);

  it('limits the size of files', async () => {
    const text = `
      const fs = require('fs');
      const file = fs.openSync('/tmp/large', 'w');
      const block = Buffer.alloc(1e6);
      process.on('SIGXFSZ', () => {});
      let written = 0;
      try { for (; written < 500; written++) fs.writeSync(file, block); } catch (e) { console.log(e.code, written < 100); }`;
    const judgement = await judgeText(judge, text);
    expect(judgement.stdout).toMatch(/^(ENOSPC|EFBIG) true/);
  });

  it('stops a fork bomb and leaves nothing of it running', async () => {
    const mark = `bomb-${process.pid}-${Date.now()}`;
    const text = `
      // ${mark}
      const { spawn } = require('child_process');
      let failed = 0, made = 0;
      for (let i = 0; i < 200; i++) {
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '${mark}'], { detached: true, stdio: 'ignore' });
        child.on('error', () => failed++);
        if (child.pid) made++;
        child.unref();
      }
      setTimeout(() => { console.log(made < 64); process.exit(0); }, 300);`;
    const judgement = await judgeText(judge, text);
    expect(['', 'true\n']).toContain(judgement.stdout);
    // The kernel ends a namespace in its own time, milliseconds after its first process.
    await expect.poll(() => running(mark), { timeout: 20_000 }).toEqual([]);
  }, 120_000);

  it('leaves no background process behind, and does not wait for one', async () => {
    const mark = `daemon-${process.pid}-${Date.now()}`;
    const text = `
      const { spawn } = require('child_process');
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '${mark}'], { detached: true, stdio: 'inherit' }).unref();
      console.log('done');`;
    const judgement = await judgeText(judge, text, { expectedOutput: 'done' });
    expect(judgement.message).toBe('');
    await expect.poll(() => running(mark), { timeout: 20_000 }).toEqual([]);
  });

  it('judges side by side without mixing the programs up', async () => {
    const judgements = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        judgeText(judge, `console.log(${index})`, { expectedOutput: String(index) }),
      ),
    );
    expect(judgements.every(({ passed }) => passed)).toBe(true);
  }, 120_000);

  it('throws what it was aborted with instead of judging half a run', async () => {
    const generation = {
      ...{ taskId: 'task', sample: 0, text: 'for (;;) {}', finishReason: 'stop' as const },
      ...{ promptTokens: 1, completionTokens: 1, seconds: 0 },
    };
    const began = Date.now();
    await expect(judge.judge(taskOf(), generation, AbortSignal.timeout(300))).rejects.toThrow(
      /timeout/,
    );
    expect(Date.now() - began).toBeLessThan(20_000);
  });
});

describe('ending a program', () => {
  it('leaves nothing behind, at whatever moment of its start', async () => {
    const mark = `early-${process.pid}-${Date.now()}`;
    const finding = await findSandbox();
    if (finding.sandbox === null) throw new Error(finding.why);
    const { sandbox } = finding;
    const program = {
      argv: ['/bin/sleep', '1000', mark] as const,
      ...{ readable: [], environment: {} },
      limits: { timeoutSeconds: 60, memoryMegabytes: 100, outputBytes: 1000, processes: 8 },
    };
    for (let delay = 0; delay < 40; delay += 1) {
      await Promise.all(
        [0, 0.3, 0.6].map((part) => {
          const stop = new AbortController();
          setTimeout(() => stop.abort(), delay / 2 + part);
          return runConfined(sandbox, program, tmpdir(), stop.signal);
        }),
      );
    }
    await expect.poll(() => running(mark), { timeout: 20_000 }).toEqual([]);
  }, 120_000);
});

describe('judging without a sandbox', () => {
  it('says so, and still ends what a program leaves behind', async () => {
    const mark = `loose-${process.pid}-${Date.now()}`;
    const script = `
      const { spawn } = require('child_process');
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '${mark}'], { detached: true, stdio: 'inherit' }).unref();
      console.log('done');`;
    const captured = await runConfined(
      unconfined,
      {
        argv: [process.execPath, '-e', script],
        readable: [],
        environment: {},
        limits: { timeoutSeconds: 5, memoryMegabytes: 500, outputBytes: 10_000, processes: 64 },
      },
      tmpdir(),
    );
    expect(unconfined.name).toBe('none');
    expect(captured).toMatchObject({ ending: 'exited', stdout: 'done\n', exitCode: 0 });
    await expect.poll(() => running(mark), { timeout: 20_000 }).toEqual([]);
  });
});

/** A judge whose limits are reached soon. */
async function quickJudge(): Promise<Judge> {
  const folder = mkdtempSync(join(tmpdir(), 'lorabench-quick-'));
  const { parse, stringify } = await import('yaml');
  cpSync(join(resources, 'toolchains'), join(folder, 'toolchains'), { recursive: true });
  const path = join(folder, 'toolchains', 'javascript.yaml');
  const limits = { timeoutSeconds: 5, memoryMegabytes: 300, outputBytes: 200_000 };
  writeFileSync(path, stringify({ ...parse(readFileSync(path, 'utf8')), ...limits }));
  const opened = await openJudge(
    { home: context.home, places: { ...places, resources: folder } },
    'javascript',
    { allowUnsandboxed: false },
  );
  rmSync(folder, { recursive: true });
  return opened;
}

/** Command lines of living processes that hold `mark`. */
function running(mark: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.includes(mark) ? [line] : [];
      } catch {
        return [];
      }
    });
}
