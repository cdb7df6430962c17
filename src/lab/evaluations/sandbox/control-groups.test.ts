import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeLeftOver, writableHierarchies } from './control-group-places';
import { type ControlGroup, findControlGroups } from './control-groups';
import { findSandbox } from './find-sandbox';
import { runConfined } from './run-confined';

const groups = findControlGroups();
const finding = await findSandbox();
const limits = { timeoutSeconds: 20, memoryMegabytes: 96, outputBytes: 10_000, processes: 32 };

describe('where groups may be made', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lorabench-groups-'));
    mkdirSync(join(folder, 'proc', 'self'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function system(mounts: readonly string[], own: readonly string[]): string {
    const proc = join(folder, 'proc');
    writeFileSync(join(proc, 'self', 'mountinfo'), `${mounts.join('\n')}\n`);
    writeFileSync(join(proc, 'self', 'cgroup'), `${own.join('\n')}\n`);
    return proc;
  }

  /** A group's folder whose children may have these limits. */
  function group(path: string, controllers: string): string {
    const made = join(folder, 'tree', path);
    mkdirSync(made, { recursive: true });
    writeFileSync(join(made, 'cgroup.subtree_control'), `${controllers}\n`);
    writeFileSync(join(made, 'cgroup.procs'), '');
    return made;
  }

  const unified = () => `40 31 0:36 / ${join(folder, 'tree')} rw - cgroup2 cgroup2 rw`;

  it('is the nearest group above that hands memory and pids on, in version 2', () => {
    group('.', 'cpu memory pids');
    const slice = group('user.slice/app.slice', 'memory pids');
    group('user.slice/app.slice/app-lorabench.scope', '');
    const own = ['0::/user.slice/app.slice/app-lorabench.scope'];
    const [found] = writableHierarchies(system([unified()], own));
    expect(found?.map((one) => one.folder)).toEqual([slice]);
    expect(found?.[0]?.limits).toEqual({ 'memory.max': 'memory', 'pids.max': 'processes' });
  });

  it('is nowhere when nothing above hands them on', () => {
    group('.', 'cpu');
    group('session.scope', '');
    expect(writableHierarchies(system([unified()], ['0::/session.scope']))).toEqual([]);
  });

  it('is found inside a container, which sees only a part of the tree', () => {
    const inner = group('inner', 'memory pids');
    group('inner/own', '');
    const mount = `40 31 0:36 /box ${join(folder, 'tree')} rw - cgroup2 cgroup2 rw`;
    const [found] = writableHierarchies(system([mount], ['0::/box/inner/own']));
    expect(found?.[0]?.folder).toBe(inner);
  });

  it('is two trees in version 1, and none when one of them is missing', () => {
    const memory = group('memory/a', '');
    const pids = group('pids', '');
    const mount = (name: string) =>
      `3 1 0:3 / ${join(folder, 'tree', name)} rw - cgroup cgroup rw,${name}`;
    const own = ['4:memory:/a', '8:pids:/', '0::/'];
    const [found] = writableHierarchies(system([mount('memory'), mount('pids')], own));
    expect(found?.map((one) => one.folder)).toEqual([memory, pids]);
    expect(writableHierarchies(system([mount('memory')], own))).toEqual([]);
  });

  it('is nowhere on a system without control groups', () => {
    expect(writableHierarchies(join(folder, 'nothing'))).toEqual([]);
    expect(findControlGroups(join(folder, 'nothing'))).toBeNull();
  });

  it('loses the groups of a lab that is gone, and no others', () => {
    const gone = 2 ** 22 + 1;
    for (const name of [`lorabench-${gone}-1`, `lorabench-${process.pid}-1`, 'other-1-1']) {
      mkdirSync(join(folder, 'left', name), { recursive: true });
    }
    removeLeftOver(join(folder, 'left'));
    const left = readdirSync(join(folder, 'left')).sort();
    expect(left).toEqual([`lorabench-${process.pid}-1`, 'other-1-1']);
  });
});

// Each shell keeps 40 MB in a variable and then waits for the others.
const hold = 'v=$(head -c 40000000 /dev/zero | tr "\\0" x); sleep 6';
const together = `for n in 1 2 3 4; do (${hold}) & done; wait`;

describe.skipIf(groups === null)('a group', () => {
  /** Nobody looks at the memory here but the kernel. */
  async function runIn(group: ControlGroup | null | undefined, script: string) {
    const launch = {
      command: '/bin/sh',
      args: ['-c', script],
      env: {},
      cwd: '/',
      statusPipe: false,
    };
    const { command, args } = group?.enclose(launch) ?? launch;
    return execa(command, [...args], { reject: false, timeout: 60_000 });
  }

  it('ends processes that together hold more than the limit, none of them alone', async () => {
    const group = groups?.take(limits);
    expect(group?.ranOutOfMemory()).toBe(false);
    await runIn(group, together);
    expect(group?.ranOutOfMemory()).toBe(true);
    group?.remove();
  }, 90_000);

  it('holds root to a number of processes too', async () => {
    const group = groups?.take(limits);
    const ended = await runIn(group, 'for n in $(seq 60); do sleep 2 & done; echo all');
    expect(ended.stdout).not.toContain('all');
    expect(ended.stderr).toMatch(/fork/i);
    expect(group?.ranOutOfMemory()).toBe(false);
  }, 90_000);

  it('is gone when it is removed', () => {
    const [places = []] = writableHierarchies('/proc');
    // Of this process alone: others judge at the same time.
    const own = new RegExp(`^lorabench-${process.pid}-`);
    const made = () => places.map(({ folder }) => readdirSync(folder).filter((n) => own.test(n)));
    const before = made();
    const [one, another] = [groups?.take(limits), groups?.take(limits)];
    expect(made().flat().length).toBeGreaterThan(before.flat().length);
    one?.remove();
    another?.remove();
    const idle = before.flat();
    expect(
      made()
        .flat()
        .filter((name) => !idle.includes(name)),
    ).toEqual([]);
  });
});

describe.skipIf(groups === null || finding.sandbox === null)('a program in a group', () => {
  let box: string;

  beforeEach(() => {
    box = mkdtempSync(join(tmpdir(), 'lorabench-group-box-'));
  });
  afterEach(() => rmSync(box, { recursive: true, force: true }));

  function run(script: string) {
    if (finding.sandbox === null) throw new Error('no sandbox');
    const argv = ['/bin/sh', '-c', script] as const;
    const program = { argv, readable: [], environment: {}, limits };
    return runConfined(finding.sandbox, program, box);
  }

  it('that spends its memory is told apart, and the next one is not held to that', async () => {
    expect((await run(together)).ending).toBe('too-much-memory');
    const script = 'v=$(head -c 20000000 /dev/zero | tr "\\0" x); printf %s "$v" | wc -c';
    for (let count = 0; count < 3; count += 1) {
      expect(await run(script)).toMatchObject({ ending: 'exited', stdout: '20000000\n' });
    }
  }, 90_000);
});
