/** A lab home on disk: where everything that a user made lies. */
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LabError } from '@shared/errors';
import { defaultHome } from './default-home';

/** The folders and files of a lab home; all paths are absolute. */
export class LabHome {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  get database(): string {
    return join(this.folder, 'lab.db');
  }
  get runs(): string {
    return join(this.folder, 'runs');
  }
  get evaluations(): string {
    return join(this.folder, 'evaluations');
  }
  get corpora(): string {
    return join(this.folder, 'corpora');
  }
  get benchmarks(): string {
    return join(this.folder, 'benchmarks');
  }
  get presets(): string {
    return join(this.folder, 'presets');
  }
  get endpoints(): string {
    return join(this.folder, 'endpoints');
  }
  /** Saved smoke tests. */
  get smokes(): string {
    return join(this.folder, 'smokes');
  }
  get toolchains(): string {
    return join(this.folder, 'toolchains');
  }
  /** Folders of rehearsals, downloads, smoke tests and exports. */
  get jobs(): string {
    return join(this.folder, 'jobs');
  }
  /** What can be made again: caches of compilers. */
  get cache(): string {
    return join(this.folder, 'cache');
  }
  get trash(): string {
    return join(this.folder, 'trash');
  }
  get logs(): string {
    return join(this.folder, 'logs');
  }
  runFolder(id: string): string {
    return join(this.runs, id);
  }
  jobFolder(id: string): string {
    return join(this.jobs, id);
  }
  evaluationFolder(id: string): string {
    return join(this.evaluations, id);
  }
}

/**
 * Opens a lab home and makes its folders.
 * @throws LabError when the folder cannot be made or written to.
 */
export function openHome(folder: string = defaultHome()): LabHome {
  const home = new LabHome(folder);
  try {
    makeFolder(home.folder);
    for (const path of [
      home.runs,
      home.evaluations,
      home.corpora,
      home.benchmarks,
      home.presets,
      home.jobs,
    ]) {
      mkdirSync(path, { recursive: true });
    }
    mkdirSync(home.logs, { recursive: true });
    accessSync(home.folder, constants.W_OK);
  } catch (error) {
    throw new LabError({
      code: 'unavailable',
      what: `The lab home ${home.folder} cannot be used.`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Choose a folder that you may write to, with --home or LORABENCH_HOME.',
    });
  }
  return home;
}

/** One level after the other: Node's own recursive call never ends where a parent refuses (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}
