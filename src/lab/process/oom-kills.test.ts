import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OomWatch } from './oom-kills';

describe('the watch for kills by the system', () => {
  let root: string;
  let now = 0;
  const write = (path: string, text: string) => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const watch = () => new OomWatch({ root, now: () => now });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lorabench-oom-'));
    now = 1_000_000;
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('sees one that cgroup v2 counts, and none where the count stands still', async () => {
    write('proc/42/cgroup', '0::/user.slice/app.scope\n');
    const events = 'sys/fs/cgroup/user.slice/app.scope/memory.events';
    write(events, 'low 0\nhigh 0\nmax 7\noom 3\noom_kill 3\noom_group_kill 0\n');
    const watching = watch();
    await watching.look(42);
    expect(await watching.sawKill()).toBe(false);
    write(events, 'low 0\nhigh 0\nmax 9\noom 4\noom_kill 4\noom_group_kill 0\n');
    expect(await watching.sawKill()).toBe(true);
  });

  it('sees one that cgroup v1 counts', async () => {
    write('proc/42/cgroup', '9:name=systemd:/\n4:memory:/box/one\n0::/\n');
    const control = 'sys/fs/cgroup/memory/box/one/memory.oom_control';
    write(control, 'oom_kill_disable 0\nunder_oom 0\noom_kill 0\n');
    const watching = watch();
    await watching.look(42);
    write(control, 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n');
    expect(await watching.sawKill()).toBe(true);
  });

  it('asks the whole system where the cgroup keeps no account', async () => {
    write('proc/42/cgroup', '0::/\n');
    write('proc/vmstat', 'nr_free_pages 1\noom_kill 5\ndrop_pagecache 0\n');
    const watching = watch();
    await watching.look(42);
    write('proc/vmstat', 'nr_free_pages 1\noom_kill 6\ndrop_pagecache 0\n');
    expect(await watching.sawKill()).toBe(true);
  });

  it('does not take a kill of another process an hour ago for evidence', async () => {
    write('proc/42/cgroup', '0::/\n');
    write('proc/vmstat', 'oom_kill 5\n');
    const watching = watch();
    await watching.look(42);
    write('proc/vmstat', 'oom_kill 6\n');
    for (let second = 0; second < 60; second += 1) {
      now += 1000;
      await watching.look(42);
    }
    expect(await watching.sawKill()).toBe(false);
  });

  it('still sees a kill whose victim took some seconds to die', async () => {
    write('proc/42/cgroup', '0::/\n');
    write('proc/vmstat', 'oom_kill 5\n');
    const watching = watch();
    await watching.look(42);
    write('proc/vmstat', 'oom_kill 6\n');
    for (let second = 0; second < 8; second += 1) {
      now += 1000;
      await watching.look(42);
    }
    expect(await watching.sawKill()).toBe(true);
  });

  it('knows nothing where there is no such account', async () => {
    const watching = watch();
    await watching.look(42);
    expect(await watching.sawKill()).toBe(false);
    expect(await watch().sawKill()).toBe(false);
  });
});

/** A memory cgroup (v1) of 60 MB; null where the system or the rights do not allow one. */
function smallGroup(): string | null {
  const folder = join('/sys/fs/cgroup/memory', `lorabench-test-${process.pid}`);
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, 'memory.limit_in_bytes'), '60M');
    return folder;
  } catch {
    return null;
  }
}

describe('a process that Linux really kills for want of memory', () => {
  it('is told apart from one that somebody else killed', async ({ skip }) => {
    const group = smallGroup() ?? skip('no memory cgroup (v1) can be made here');
    const eat = 'const held = []; setInterval(() => held.push(Buffer.alloc(4 << 20, 1)), 20)';
    const enter = `echo $$ > ${group}/tasks; exec "${process.execPath}" -e '${eat}'`;
    const child = spawn('sh', ['-c', enter], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    const pid = child.pid ?? 0;
    while (!readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(basename(group))) await soon();
    const watching = new OomWatch();
    while (child.exitCode === null && child.signalCode === null) {
      await watching.look(pid);
      await soon();
    }
    expect((await ended)[1]).toBe('SIGKILL');
    expect(await watching.sawKill()).toBe(true);
    rmdirSync(group);

    const other = spawn('sleep', ['30']);
    const untouched = new OomWatch();
    await untouched.look(other.pid ?? 0);
    const gone = once(other, 'exit');
    other.kill('SIGKILL');
    await gone;
    expect(await untouched.sawKill()).toBe(false);
  });
});

function soon(): Promise<void> {
  return new Promise((wake) => setTimeout(wake, 10));
}
