/** Finds the sandbox that really works on this machine, by running a program in it. Asked once. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { bubblewrap } from './bubblewrap';
import { findControlGroups } from './control-groups';
import { runConfined } from './run-confined';
import type { Sandbox } from './sandbox';
import { sandboxExec } from './sandbox-exec';

/** The sandbox, or why there is none and what to do. */
export type SandboxFinding =
  | { readonly sandbox: Sandbox }
  | { readonly sandbox: null; readonly why: string; readonly fix: string };

let finding: Promise<SandboxFinding> | null = null;

export function findSandbox(): Promise<SandboxFinding> {
  finding ??= look(process.platform);
  return finding;
}

async function look(platform: NodeJS.Platform): Promise<SandboxFinding> {
  if (platform === 'linux') return lookOnLinux();
  if (platform === 'darwin') {
    const problem = await probe(sandboxExec);
    if (problem === null) return { sandbox: sandboxExec };
    return { sandbox: null, why: `sandbox-exec does not work here: ${problem}`, fix: unsandboxed };
  }
  return { sandbox: null, why: `There is no sandbox for ${platform} yet.`, fix: unsandboxed };
}

const unsandboxed =
  'Judge on another machine, or allow it by name with --allow-unsandboxed: generated code then runs with your rights.';

async function lookOnLinux(): Promise<SandboxFinding> {
  const bwrap = systemProgram('bwrap');
  const prlimit = systemProgram('prlimit');
  if (bwrap === null || prlimit === null) {
    const missing = [bwrap === null && 'bubblewrap', prlimit === null && 'util-linux'];
    const packages = missing.filter(Boolean).join(' ');
    return {
      sandbox: null,
      why: `Not installed: ${packages}.`,
      fix: `Install it, for example with: sudo apt install ${packages}`,
    };
  }
  const { stdout: help } = await execa(bwrap, ['--help'], { reject: false });
  const supports = (option: string) => String(help).includes(option);
  const asRoot = process.getuid?.() === 0 ? systemProgram('setpriv') : null;
  const problems: string[] = [];
  const groups = findControlGroups();
  for (const setpriv of asRoot === null ? [null] : [asRoot, null]) {
    const sandbox = bubblewrap({ bwrap, prlimit, setpriv, supports, groups });
    const problem = await probe(sandbox);
    if (problem === null) return { sandbox };
    problems.push(problem);
  }
  return {
    sandbox: null,
    why: `bubblewrap does not work here: ${problems.join(' ')}`,
    fix: 'The system may forbid user namespaces. On Ubuntu 24.04: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0. In a container: start it with the right to make namespaces.',
  };
}

const systemProgram = (name: string): string | null =>
  ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin']
    .map((folder) => join(folder, name))
    .find(existsSync) ?? null;

/** @returns null when a program runs in it and does not see the user's home; else the problem */
async function probe(sandbox: Sandbox): Promise<string | null> {
  const box = await mkdtemp(join(tmpdir(), 'lorabench-probe-'));
  const home = JSON.stringify(homedir());
  // The shell's own words only: sandbox-exec lets no second program start.
  const script = `for f in ${home}/* ${home}/.[a-z]*; do [ -e "$f" ] && echo open; done; echo end`;
  try {
    const captured = await runConfined(
      sandbox,
      {
        argv: ['/bin/sh', '-c', script],
        readable: [],
        environment: {},
        limits: { timeoutSeconds: 10, memoryMegabytes: 256, outputBytes: 10_000, processes: 16 },
      },
      box,
    );
    const said = captured.stdout.trim();
    if (captured.ending === 'exited' && said === 'end') return null;
    if (said.includes('open')) return 'a program in it can read the home folder.';
    return captured.stderr.trim().slice(0, 500) || `it ended with ${captured.ending}.`;
  } finally {
    await rm(box, { recursive: true, force: true });
  }
}
