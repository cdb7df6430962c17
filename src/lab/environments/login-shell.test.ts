import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isStartedWithoutTerminal, missingVariables, readLoginShell } from './login-shell';

describe.skipIf(process.platform === 'win32')("the login shell's environment", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'lorabench-shell-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const variables = () => ({ HOME: home, PATH: '/usr/bin:/bin' });
  const bash = '/bin/bash';

  it('has what a profile sets, with line ends and signs of equality in the values', async () => {
    writeFileSync(
      join(home, '.bash_profile'),
      `export HSA_OVERRIDE_GFX_VERSION=11.0.0\nexport PATH="$HOME/tools:$PATH"\nexport NOTE=$'two\\nlines = one value'\necho a greeting\n`,
    );
    const found = await readLoginShell({ shell: bash, variables: variables() });
    expect(found).toMatchObject({
      HSA_OVERRIDE_GFX_VERSION: '11.0.0',
      // The system's own profile may set the rest of it.
      PATH: expect.stringMatching(`^${home}/tools:`),
      NOTE: 'two\nlines = one value',
    });
  });

  it('is given up after the limit, and nothing of the shell is left running', async () => {
    writeFileSync(join(home, '.bash_profile'), `sleep 4242 & echo $! > "$HOME/pid"; sleep 4242\n`);
    const began = Date.now();
    const found = await readLoginShell({
      shell: bash,
      variables: variables(),
      milliseconds: 700,
    });
    expect(found).toBeNull();
    expect(Date.now() - began).toBeLessThan(15_000);
    const running = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    await expect.poll(running).not.toContain('sleep 4242');
  });

  it('is absent, not an error, when the shell fails or does not exist', async () => {
    writeFileSync(join(home, '.bash_profile'), 'exit 1\n');
    expect(await readLoginShell({ shell: bash, variables: variables() })).toBeNull();
    expect(await readLoginShell({ shell: join(home, 'none') })).toBeNull();
    const odd = join(home, 'odd');
    writeFileSync(odd, '#!/bin/sh\nyes\n');
    chmodSync(odd, 0o755);
    expect(await readLoginShell({ shell: odd, milliseconds: 2_000 })).toBeNull();
  });

  it('adds what is missing and leaves what belongs to the shell, the session or the caller', () => {
    const shell = {
      PATH: '/opt/rocm/bin:/usr/bin',
      CUDA_HOME: '/usr/local/cuda',
      HF_TOKEN: 'secret',
      SHLVL: '1',
      PWD: '/',
      DISPLAY: ':9',
      ELECTRON_RUN_AS_NODE: '1',
      LORABENCH_HOME: '/from/profile',
      LORABENCH_ENVIRONMENTS: '/big',
    };
    const own = { PATH: '/usr/bin:/app/bin', DISPLAY: ':0', LORABENCH_HOME: '/given' };
    expect(missingVariables(shell, own)).toEqual({
      PATH: '/opt/rocm/bin:/usr/bin:/app/bin',
      CUDA_HOME: '/usr/local/cuda',
      HF_TOKEN: 'secret',
      LORABENCH_ENVIRONMENTS: '/big',
    });
  });

  it('is asked for only where no terminal started the app', () => {
    const [yes, no] = [() => true, () => false];
    expect(isStartedWithoutTerminal({}, no, 'darwin')).toBe(true);
    expect(isStartedWithoutTerminal({ TERM: 'xterm-256color' }, no, 'linux')).toBe(false);
    expect(isStartedWithoutTerminal({}, yes, 'linux')).toBe(false);
    expect(isStartedWithoutTerminal({}, no, 'win32')).toBe(false);
  });
});
