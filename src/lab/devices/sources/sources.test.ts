import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { detect } from '../devices';
import { withinLimit } from './limits';
import { naturalOrder } from './natural-order';
import { recordedMachine } from './recorded-machine';
import { commandLines, runCommand } from './run-command';
import { thisMachine } from './this-machine';

const folder = mkdtempSync(join(tmpdir(), 'lorabench-sources-'));
afterAll(() => rmSync(folder, { recursive: true }));

function tool(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const gone = (pid: number) =>
  vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 20_000 });

describe('a tool', () => {
  it('is heard on both its streams, with its exit code', async () => {
    const end = await runCommand(tool('fails', 'echo out; echo err >&2; exit 9'), []);
    expect(end).toEqual({ kind: 'ended', exitCode: 9, stdout: 'out\n', stderr: 'err\n' });
  });

  it('that is not installed is missing', async () => {
    expect(await runCommand(join(folder, 'no-such-tool'), [])).toEqual({ kind: 'missing' });
  });

  it('that hangs and ignores every request to end is a timeout in time, and does not live on', async () => {
    const pidFile = join(folder, 'pid');
    const path = tool(
      'hangs',
      `trap '' TERM INT HUP\necho $$ > ${pidFile}\nwhile :; do sleep 1; done`,
    );
    const began = performance.now();
    expect(await runCommand(path, [], 400)).toEqual({ kind: 'timeout' });
    expect(performance.now() - began).toBeLessThan(15_000);
    await gone(Number(readFileSync(pidFile, 'utf8')));
  });

  it('that writes on and on ends when nobody listens any more', async () => {
    const path = tool('writes', 'echo $$\nwhile :; do echo line; sleep 0.05; done');
    const listening = new AbortController();
    const lines: string[] = [];
    for await (const line of commandLines(path, [], listening.signal)) {
      lines.push(line);
      if (lines.length === 4) listening.abort();
    }
    expect(lines.slice(1)).toEqual(['line', 'line', 'line']);
    await gone(Number(lines[0]));
  });

  it('that cannot be started has no lines', async () => {
    const lines = commandLines(join(folder, 'no-such-tool'), [], new AbortController().signal);
    for await (const line of lines) expect(line).toBe('none was expected');
  });
});

describe('this machine', () => {
  const sources = thisMachine();

  it('tells missing, denied and failing files apart', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'text\n');
    expect(await sources.read(file)).toEqual({ kind: 'text', text: 'text' });
    expect(await sources.read(join(folder, 'nothing'))).toEqual({ kind: 'missing' });
    expect(await sources.read(folder)).toEqual({ kind: 'missing' });
    expect(await sources.access(join(folder, 'nothing'))).toBe('missing');
    expect(await sources.access(file)).toBe('open');
  });

  it('lists folders in natural order', async () => {
    for (const name of ['card10', 'card2'])
      mkdirSync(join(folder, 'drm', name), { recursive: true });
    expect(await sources.list(join(folder, 'drm'))).toEqual(['card2', 'card10']);
    expect(await sources.list(join(folder, 'nothing'))).toEqual([]);
    expect(naturalOrder(['b', 'a10', 'a9'])).toEqual(['a9', 'a10', 'b']);
  });

  it('answers in time although a detector never ends', async () => {
    const slow = await withinLimit(new Promise<string>(() => undefined), 100, () => 'late');
    expect(slow).toBe('late');
    const found = await detect({
      ...sources,
      run: async () => ({ kind: 'timeout' }),
      list: async () => {
        throw new Error('a detector that breaks');
      },
    });
    expect(found.devices.map(({ id }) => id)).toContain('cpu');
  });
});

describe('a recording', () => {
  const recording = {
    title: 'A machine',
    sources: ['made for this test'],
    platform: 'linux',
    architecture: 'x64',
    hostName: 'host',
    operatingSystem: 'Linux',
    processor: 'CPU',
    cores: 2,
    memoryBytes: 8e9,
    access: { '/dev/kfd': 'denied' },
    denied: ['/sys/class/secret'],
    failing: { '/sys/class/bad': 'EIO' },
    commands: [
      { run: 'tool -a', file: 'a.txt', exitCode: 3, stderr: 'said' },
      { run: 'hanging', hangs: true },
    ],
  };
  const place = join(folder, 'machine');
  mkdirSync(join(place, 'files/sys/class'), { recursive: true });
  mkdirSync(join(place, 'commands'));
  writeFileSync(join(place, 'machine.json'), JSON.stringify(recording));
  writeFileSync(join(place, 'files/sys/class/0000_01_00.0'), 'a card\n');
  writeFileSync(join(place, 'commands/a.txt'), 'answer');
  writeFileSync(join(place, 'commands/tool.txt'), 'other answer');

  it('answers as the machine did', async () => {
    const sources = await recordedMachine(place);
    expect(await sources.read('/sys/class/0000:01:00.0')).toEqual({ kind: 'text', text: 'a card' });
    expect(await sources.read('/sys/class/none')).toEqual({ kind: 'missing' });
    expect(await sources.read('/sys/class/secret/x')).toEqual({ kind: 'denied' });
    expect(await sources.read('/sys/class/bad')).toEqual({
      kind: 'failed',
      why: 'EIO',
      hangs: false,
    });
    expect(await sources.list('/sys/class')).toEqual(['0000_01_00.0']);
    expect(await sources.access('/dev/kfd')).toBe('denied');
    expect(await sources.access('/dev/other')).toBe('missing');
    expect(await sources.run('tool', ['-a', 'b'])).toEqual({
      kind: 'ended',
      exitCode: 3,
      stdout: 'answer',
      stderr: 'said',
    });
    expect(await sources.run('tool', ['-b'])).toMatchObject({
      exitCode: 0,
      stdout: 'other answer',
    });
    expect(await sources.run('hanging', [], 50)).toEqual({ kind: 'timeout' });
    expect(await sources.run('none', [])).toEqual({ kind: 'missing' });
  });

  it('that is none is refused with the name of its folder', async () => {
    await expect(recordedMachine(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'bad_input',
      what: expect.stringContaining('nowhere'),
    });
    writeFileSync(join(folder, 'machine.json'), '{"title": "half"}');
    await expect(recordedMachine(folder)).rejects.toMatchObject({ code: 'bad_input' });
  });
});
