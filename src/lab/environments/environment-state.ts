/** Whether an environment can be used, and if not, why and what to do. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { EnvironmentCard } from '@shared/environment';
import type { EnvironmentName } from '@shared/environment-name';
import type { LabContext } from '../context';
import { environmentKinds, isSupported } from './catalogue';
import { readCheckRecord } from './check-record';
import { installedVersions, readStamp } from './environment-folder';
import { lockHash, readPins } from './lock-file';
import { environmentAt, installCommand } from './python';

export type EnvironmentState = Pick<EnvironmentCard, 'state' | 'problem' | 'fix'>;

type Places = Pick<LabContext, 'places'>;

const ready: EnvironmentState = { state: 'ready', problem: null, fix: null };

export async function environmentState(
  context: Places,
  name: EnvironmentName,
): Promise<EnvironmentState> {
  if (!isSupported(name)) {
    return { state: 'unsupported', problem: environmentKinds[name].elsewhere, fix: null };
  }
  const { folder, python } = environmentAt(context, name);
  const mend = installCommand(name, true);
  if (!existsSync(folder)) return absent(context, name);
  const stamp = await readStamp(folder);
  if (stamp?.unfinished === true) {
    return {
      state: 'unfinished',
      problem: 'An installation was cut off; what is there is incomplete.',
      fix: mend,
    };
  }
  if (!existsSync(python)) {
    return {
      state: 'broken',
      problem: 'Its Python interpreter is gone; the Python that it was made with was removed.',
      fix: mend,
    };
  }
  const wanted = lockHash(context, name);
  if (stamp?.[name] !== undefined && stamp[name] !== wanted) {
    return {
      state: 'outdated',
      problem: 'It was made from an earlier list of packages.',
      fix: mend,
    };
  }
  const lacking = await lackingPackages(context, name, folder);
  if (lacking.length > 0) {
    const shown = lacking.slice(0, 3).join(', ');
    const more = lacking.length > 3 ? ` and ${lacking.length - 3} more` : '';
    return {
      state: stamp?.[name] === undefined ? 'outdated' : 'broken',
      problem: `Packages are missing or of another version: ${shown}${more}.`,
      fix: mend,
    };
  }
  const failed = await readCheckRecord(folder, wanted);
  return failed === null ? ready : { state: 'broken', problem: failed, fix: mend };
}

async function absent(context: Places, name: EnvironmentName): Promise<EnvironmentState> {
  const beside = await readdir(context.places.environments).catch(() => []);
  const begun = beside.some((entry) => entry.startsWith(`.${name}.new-`));
  return begun
    ? {
        state: 'unfinished',
        problem: 'Its installation is running, or was cut off.',
        fix: installCommand(name),
      }
    : { state: 'missing', problem: 'It is not installed.', fix: installCommand(name) };
}

async function lackingPackages(
  context: Places,
  name: EnvironmentName,
  folder: string,
): Promise<string[]> {
  const versions = await installedVersions(folder);
  return readPins(context, name)
    .filter((pin) => versions.get(pin.name)?.split('+')[0] !== pin.version)
    .map((pin) => `${pin.name} ${pin.version}`);
}
