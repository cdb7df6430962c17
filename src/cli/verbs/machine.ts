/** `lab doctor`, `lab devices`, `lab reindex`. */
import type { LabClient } from '@lab/rpc/router';
import type { Device, DeviceLoad } from '@shared/machine';
import { withLab } from '../open-lab';
import { checkLines } from '../text/check-text';
import { devicesText } from '../text/device-text';
import { red } from '../text/style';
import type { Answer, CommonOptions } from '../verb';

export function doctor(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const checks = await client.machine.doctor();
    const lines = checkLines(checks);
    const problems = checks.filter(({ status }) => status === 'problem').length;
    lines.push(problems === 0 ? 'Everything that is needed is there.' : `${problems} to fix.`);
    return { value: checks, text: lines.join('\n'), exitCode: problems === 0 ? 0 : 1 };
  });
}

export function devices(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const machine = await client.machine.describe();
    if (options.json) return { value: machine.devices, text: '' };
    const [loads, environments] = await Promise.all([
      loadsNow(client, machine.devices),
      client.environments.list().catch(() => []),
    ]);
    return {
      value: machine.devices,
      text: devicesText(machine.devices, loads, environments),
    };
  });
}

/** Some readings take a moment to come: a few are looked at until every usable device says something. */
const mostReadings = 3;

async function loadsNow(
  client: LabClient,
  devices: readonly Device[],
): Promise<readonly DeviceLoad[]> {
  const enough = new AbortController();
  let loads: readonly DeviceLoad[] = [];
  try {
    const readings = await client.machine.load(undefined, { signal: enough.signal });
    let count = 0;
    for await (const reading of readings) {
      loads = reading.devices;
      count += 1;
      const silent = loads.some(
        ({ id, memoryUsedBytes }) =>
          memoryUsedBytes === null && devices.some((device) => device.id === id && device.usable),
      );
      if (!silent || count === mostReadings) break;
    }
  } catch {
    // The list of devices is worth printing without their load.
  }
  enough.abort();
  return loads;
}

export function reindex(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ lab }) => {
    const found = await lab.reindex();
    const problems = found.problems.map((problem) => `${red('✗')} ${problem}`);
    const counts = `Found ${found.runs} runs and ${found.evaluations} evaluations.`;
    return { value: found, text: [...problems, counts].join('\n') };
  });
}
