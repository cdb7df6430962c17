/** `lab doctor`: what works here, what does not, and the command that fixes it. */
import { homedir } from 'node:os';
import type { EnvironmentName } from '@shared/environment-name';
import { LabError } from '@shared/errors';
import type { Device, DoctorCheck } from '@shared/machine';
import type { LabContext } from '../context';
import { environmentKinds } from '../environments/catalogue';
import { environmentState } from '../environments/environment-state';
import { environmentAt, environmentFor, installCommand } from '../environments/python';
import { runCheck } from '../environments/run-check';
import { sandboxCheck, toolchainChecks } from '../evaluations/doctor-checks';
import { devices } from './devices';
import { diskFree } from './load';

const gigabyte = 1e9;
/** A run of the starter needs little; a checkpoint of a 3B adapter with its optimizer needs 0.5 GB. */
const littleDisk = 5 * gigabyte;
/** A doctor is waited for; `environments check` takes its time. */
const environmentSeconds = 60;

export async function doctor(context: LabContext): Promise<DoctorCheck[]> {
  const found = await devices(true);
  const checks = await Promise.all([
    deviceChecks(found),
    explained('Python environments', environmentChecks(context, found)),
    explained('toolchains', toolchainChecks(context)),
    explained('sandbox', sandboxCheck()),
    explained('disk', diskCheck(context)),
    displayCheck(),
  ]);
  return checks.flat();
}

/** What keeps one part from being looked at, such as a file that cannot be read, hides no other. */
async function explained(
  name: string,
  part: Promise<readonly DoctorCheck[] | DoctorCheck>,
): Promise<DoctorCheck[]> {
  try {
    return [await part].flat();
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    const found = `${error.what} ${error.why}`;
    return [{ name, status: 'problem', found, fix: error.fix }];
  }
}

/** A card of its own that cannot be used is a problem; graphics in the processor rarely matter. */
function deviceChecks(found: readonly Device[]): DoctorCheck[] {
  return found.map((device) => ({
    name: `device ${device.id}`,
    status: device.usable ? 'ok' : device.integrated ? 'note' : 'problem',
    found: [
      device.name,
      `${(device.memoryBytes / gigabyte).toFixed(1)} GB`,
      device.usable ? device.reason : (device.problem ?? device.reason),
    ].join(', '),
    fix: device.usable ? null : device.fix,
  }));
}

/** Of the devices that can be used, and of the CPU, which all else falls back on. */
async function environmentChecks(
  context: LabContext,
  found: readonly Device[],
): Promise<DoctorCheck[]> {
  const needed = new Map<EnvironmentName, string[]>([['torch-cpu', ['cpu']]]);
  for (const device of found) {
    if (!device.usable || (device.integrated && !device.chosen)) continue;
    const name = environmentFor(device);
    // A recorded card is computed on the CPU, which is checked already.
    if (name === 'torch-cpu') continue;
    needed.set(name, [...(needed.get(name) ?? []), device.id]);
  }
  const checks = await Promise.all([
    ...[...needed].map(([name, ids]) => environmentCheck(context, name, ids)),
    ggufCheck(context),
  ]);
  return checks.flat();
}

/** Nothing else needs llama.cpp, so a machine without it lacks nothing. */
async function ggufCheck(context: LabContext): Promise<DoctorCheck[]> {
  const name = 'llama-cpp';
  const { state, fix } = await environmentState(context, name);
  if (state === 'unsupported') return [];
  if (state !== 'missing') return environmentCheck(context, name, [name]);
  const title = `Python environment ${name} (${environmentKinds[name].title})`;
  const found = 'not installed; only GGUF files (gguf:FILE) need it';
  return [{ name: title, status: 'note', found, fix }];
}

async function environmentCheck(
  context: LabContext,
  name: EnvironmentName,
  ids: readonly string[],
): Promise<DoctorCheck[]> {
  const title = `Python environment ${name} (${environmentKinds[name].title})`;
  const { state, problem, fix } = await environmentState(context, name);
  // What was broken at the last check may have been mended by hand since.
  if (state !== 'ready' && state !== 'outdated' && state !== 'broken') {
    return [
      { name: title, status: 'problem', found: problem ?? state, fix: fix ?? installCommand(name) },
    ];
  }
  const outdated: DoctorCheck[] =
    state === 'ready' ? [] : [{ name: title, status: 'note', found: problem ?? state, fix }];
  const checks = await runCheck(context, environmentAt(context, name), ids, {
    seconds: environmentSeconds,
  });
  return [
    ...outdated,
    ...checks.map((check) => ({
      ...check,
      name: check.name === 'packages' ? title : `${name}, ${check.name}`,
    })),
  ];
}

async function diskCheck(context: LabContext): Promise<DoctorCheck[]> {
  const free = await diskFree(context.home.folder);
  const short = free < littleDisk;
  const folder = context.home.folder.replace(homedir(), '~');
  return [
    {
      name: 'disk',
      status: short ? 'problem' : 'ok',
      found: `${(free / gigabyte).toFixed(1)} GB free for the lab home ${folder}`,
      fix: short ? 'Make room, or choose another home with LORABENCH_HOME.' : null,
    },
  ];
}

/** Without a display the window cannot open; the same pages come by `lab serve`. */
function displayCheck(): DoctorCheck[] {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const found = process.platform === 'linux' ? WAYLAND_DISPLAY || DISPLAY : 'the system has one';
  return found
    ? [{ name: 'display', status: 'ok', found, fix: null }]
    : [
        {
          name: 'display',
          status: 'note',
          found: 'none, so no window can open',
          fix: 'npm run lab -- serve shows the same pages in a browser.',
        },
      ];
}
