/** The built `lab` command as a real process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FixturePlan } from './bench-lab';

export const repository = resolve(import.meta.dirname, '..', '..', '..');
const labScript = join(repository, 'out', 'cli', 'lab.js');
const fixtureWorker = join(repository, 'tests', 'fixtures', 'workers', 'fixture-worker.mjs');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it wrote so far. */
  stdout(): string;
  stderr(): string;
}

export interface CommandSettings {
  readonly home: string;
  readonly environments?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Starts `lab WORDS --home HOME`. */
export function startLab(words: readonly string[], settings: CommandSettings): Running {
  if (!existsSync(labScript)) throw new Error('Not built: run "npm run build" first.');
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, [labScript, ...words, '--home', settings.home], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...inherited,
      ...(settings.environments ? { LORABENCH_ENVIRONMENTS: settings.environments } : {}),
      ...settings.variables,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
}

export function runLab(words: readonly string[], settings: CommandSettings): Promise<Ended> {
  return startLab(words, settings).ended;
}

/** Runs with `--json`; fails unless stdout is one JSON document and nothing else. */
export async function runJson(
  words: readonly string[],
  settings: CommandSettings,
): Promise<Ended & { readonly value: unknown }> {
  const ended = await runLab([...words, '--json'], settings);
  try {
    return { ...ended, value: JSON.parse(ended.stdout) as unknown };
  } catch {
    throw new Error(`No JSON document on stdout:\n${ended.stdout}\nstderr:\n${ended.stderr}`);
  }
}

/** An environments folder whose worker is the fixture, which behaves as `plan` says. */
export function plannedEnvironments(folder: string, plan: FixturePlan): string {
  const bin = join(folder, 'torch-cpu', 'bin');
  mkdirSync(bin, { recursive: true });
  const script = [
    '#!/bin/sh',
    'for last; do :; done',
    `[ -e "$last/fixture.json" ] || echo '${JSON.stringify(plan)}' > "$last/fixture.json"`,
    `exec '${process.execPath}' '${fixtureWorker}' "$@"`,
    '',
  ].join('\n');
  const python = join(bin, 'python');
  writeFileSync(python, script);
  chmodSync(python, 0o755);
  return folder;
}
