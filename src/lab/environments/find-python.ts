/** The Python that environments are made with, and uv where it is installed. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LabError } from '@shared/errors';
import { execa } from 'execa';

/** Versions that every locked package has a build for. */
const names = ['python3', 'python3.13', 'python3.12', 'python3.14', 'python3.11', 'python'];
const probe =
  'import sys, venv; ok = (3, 11) <= sys.version_info < (3, 15)\n' +
  'if len(sys.argv) < 2: import ensurepip\n' +
  'print(sys.executable, sys.version.split()[0], sep="\\n") if ok else sys.exit(1)';
const answerSeconds = 10;

export interface Interpreter {
  readonly file: string;
  readonly version: string;
}

/** The full path of a program on the PATH, or null. */
export function findProgram(name: string, path = process.env.PATH ?? ''): string | null {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const suffix of suffixes) {
      const file = join(folder, name + suffix);
      try {
        accessSync(file, constants.X_OK);
        if (statSync(file).isFile()) return file;
      } catch {
        // Not in this folder.
      }
    }
  }
  return null;
}

/**
 * An interpreter of 3.11 to 3.14 that can make environments; LORABENCH_PYTHON goes first and alone.
 * @throws LabError with the command that installs one
 */
export async function findInterpreter(uv: string | null): Promise<Interpreter> {
  const named = process.env.LORABENCH_PYTHON;
  const candidates = named ? [named] : names.map((name) => findProgram(name));
  for (const file of candidates) {
    if (file === null) continue;
    const found = await ask(file, uv !== null);
    if (found !== null) return found;
  }
  throw noPython(named);
}

/** uv makes environments without Python's own `ensurepip`, which Debian packs apart. */
async function ask(file: string, withoutPip: boolean): Promise<Interpreter | null> {
  const { exitCode, stdout } = await execa(file, ['-c', probe, ...(withoutPip ? ['uv'] : [])], {
    reject: false,
    timeout: answerSeconds * 1000,
    stdin: 'ignore',
  });
  const [path, version] = (stdout ?? '').trim().split('\n');
  return exitCode === 0 && path && version ? { file: path, version } : null;
}

const commands: Partial<Readonly<Record<NodeJS.Platform, string>>> = {
  darwin: 'brew install python@3.13 (or the installer from https://www.python.org/downloads/)',
  win32: 'winget install Python.Python.3.13',
};

function noPython(named: string | undefined): LabError {
  return new LabError({
    code: 'unavailable',
    what: 'No Python was found that can make environments.',
    why: named
      ? `LORABENCH_PYTHON names ${named}, which is not Python 3.11 to 3.14 with venv and ensurepip.`
      : 'Python 3.11 to 3.14 with venv and ensurepip is needed; none lies on the PATH.',
    fix: `Install it: ${commands[process.platform] ?? linuxCommand()}. Then try again.`,
  });
}

function linuxCommand(): string {
  if (findProgram('apt-get')) return 'sudo apt-get install -y python3 python3-venv';
  if (findProgram('dnf')) return 'sudo dnf install -y python3';
  if (findProgram('pacman')) return 'sudo pacman -S --needed python';
  if (findProgram('zypper')) return 'sudo zypper install -y python313';
  return 'Python 3.13 from https://www.python.org/downloads/';
}
