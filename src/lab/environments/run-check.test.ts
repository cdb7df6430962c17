import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { environmentState } from './environment-state';
import { readLines, runCheck } from './run-check';

const repository = join(import.meta.dirname, '../../..');

describe.skipIf(process.platform === 'win32')('a check of an environment', () => {
  let folder: string;
  const context = () => ({
    places: {
      resources: join(repository, 'resources'),
      python: join(repository, 'python'),
      environments: folder,
    },
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lorabench-check-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a shell script in place of the environment's Python. */
  function run(script: string, seconds = 5) {
    const python = join(folder, 'python');
    writeFileSync(python, `#!/bin/sh\n${script}\n`);
    chmodSync(python, 0o755);
    return runCheck(context(), { name: 'torch-cuda', folder, python }, ['cuda:0'], { seconds });
  }
  const packages = `echo '{"begin": "packages"}'; echo '{"name": "packages", "status": "ok", "found": "torch", "fix": null}'`;

  it('tells a kernel that crashes the process by the check that was running', async () => {
    const checks = await run(`${packages}; echo '{"begin": "cuda:0: NF4"}'; kill -SEGV $$`);
    expect(checks.map(({ name, status }) => [name, status])).toEqual([
      ['packages', 'ok'],
      ['cuda:0: NF4', 'problem'],
    ]);
    expect(checks[1]?.found).toContain('SIGSEGV');
  });

  it('tells a driver that hangs, and does not wait for it longer than the limit', async () => {
    const began = Date.now();
    const checks = await run(`${packages}; echo '{"begin": "cuda:0: device"}'; exec sleep 300`, 1);
    expect(Date.now() - began).toBeLessThan(30_000);
    expect(checks.at(-1)).toMatchObject({ name: 'cuda:0: device', status: 'problem' });
    expect(checks.at(-1)?.found).toContain('did not answer within 1 s');
  });

  it('tells packages that cannot be imported, with the command that mends them', async () => {
    const [check] = await run(
      `echo '{"begin": "packages"}'; echo '{"name": "packages", "status": "problem", "found": "ImportError", "fix": null}'`,
    );
    expect(check?.fix).toContain('environments install torch-cuda --repair');
  });

  it('tells a Python that does not even start', async () => {
    const [check] = await run('echo "no such module" >&2; exit 3');
    expect(check).toMatchObject({ name: 'packages', status: 'problem', found: 'no such module' });
  });

  it('passes over what libraries print between the lines', () => {
    const text = `warning\n{"begin": "a"}\n{"other": 1}\n{"name": "a", "status": "ok", "found": "x", "fix": null}\n{`;
    expect(readLines(text)).toEqual({
      checks: [{ name: 'a', status: 'ok', found: 'x', fix: null }],
      unanswered: null,
    });
  });

  it('says of an environment that cannot exist here that it cannot', async () => {
    const name = process.platform === 'darwin' ? 'torch-cuda' : 'torch-rocm';
    const expected =
      process.platform === 'linux' && process.arch === 'x64' ? 'missing' : 'unsupported';
    expect((await environmentState(context(), name)).state).toBe(expected);
  });
});
