/** `lab doctor`: what works here, what does not, and the command that fixes it. */
import { homedir } from 'node:os';
import { LabError } from '@shared/errors';
import type { DoctorCheck } from '@shared/machine';
import { execa } from 'execa';
import type { LabContext } from '../context';
import { findEnvironment } from '../environments/python';
import { sandboxCheck, toolchainChecks } from '../evaluations/doctor-checks';
import { devices } from './devices';
import { diskFree } from './load';

const gigabyte = 1e9;
/** A run of the starter needs little; a checkpoint of a 3B adapter with its optimizer needs 0.5 GB. */
const littleDisk = 5 * gigabyte;
const importSeconds = 60;

const versionsScript = `
import importlib.metadata as m, json, platform, torch, transformers, peft, bitsandbytes
names = ["torch", "transformers", "peft", "trl", "bitsandbytes"]
x = torch.ones(8, 8) @ torch.ones(8, 8)
assert float(x.sum()) == 512.0
print(json.dumps({"python": platform.python_version(), **{n: m.version(n) for n in names}}))
`;

export async function doctor(context: LabContext): Promise<DoctorCheck[]> {
  const checks = await Promise.all([
    deviceChecks(),
    environmentCheck(context),
    toolchainChecks(context),
    sandboxCheck(),
    diskCheck(context),
    displayCheck(),
  ]);
  return checks.flat();
}

async function deviceChecks(): Promise<DoctorCheck[]> {
  return (await devices(true)).map((device) => ({
    name: `device ${device.id}`,
    status: device.usable ? 'ok' : 'note',
    found: [device.name, `${(device.memoryBytes / gigabyte).toFixed(1)} GB`, device.reason].join(
      ', ',
    ),
    fix: device.fix,
  }));
}

async function environmentCheck(context: LabContext): Promise<DoctorCheck[]> {
  const name = 'Python environment (torch, CPU)';
  try {
    const { python, folder } = await findEnvironment(context, 'torch');
    const result = await execa(python, ['-c', versionsScript], {
      reject: false,
      timeout: importSeconds * 1000,
    });
    if (result.exitCode === 0) {
      const versions = JSON.parse(result.stdout) as Record<string, string>;
      const found = Object.entries(versions).map(([part, version]) => `${part} ${version}`);
      return [{ name, status: 'ok', found: found.join(', '), fix: null }];
    }
    const why = result.timedOut
      ? `did not answer in ${importSeconds} s`
      : (String(result.stderr).trim().split('\n').at(-1) ?? 'failed');
    return [{ name, status: 'problem', found: why, fix: `rm -r ${folder} && npm run set-up` }];
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return [{ name, status: 'problem', found: error.why, fix: 'npm run set-up' }];
  }
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
