/** `lab doctor`, `lab devices`, `lab reindex`. */
import type { DoctorCheck } from '@shared/machine';
import { withLab } from '../open-lab';
import { bold, dim, green, red, yellow } from '../text/style';
import { table } from '../text/table';
import { bytes } from '../text/units';
import type { Answer, CommonOptions } from '../verb';

const marks: Readonly<Record<DoctorCheck['status'], string>> = {
  ok: green('✓'),
  problem: red('✗'),
  note: yellow('•'),
};

export function doctor(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const checks = await client.machine.doctor();
    const lines = checks.flatMap(({ name, status, found, fix }) => [
      `${marks[status]} ${bold(name)}  ${found}`,
      ...(fix === null ? [] : [`    ${dim('fix:')} ${fix}`]),
    ]);
    const problems = checks.filter(({ status }) => status === 'problem').length;
    lines.push(problems === 0 ? 'Everything that is needed is there.' : `${problems} to fix.`);
    return { value: checks, text: lines.join('\n'), exitCode: problems === 0 ? 0 : 1 };
  });
}

export function devices(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const machine = await client.machine.describe();
    const text = table(
      [
        { title: '' },
        { title: 'id' },
        { title: 'name' },
        { title: 'memory', align: 'right' },
        { title: 'driver' },
        { title: 'runtime' },
        { title: 'why' },
      ],
      machine.devices.map((device) => [
        device.chosen ? green('●') : device.usable ? '○' : red('✗'),
        device.id,
        device.name,
        bytes(device.memoryBytes),
        device.driver ?? '–',
        device.runtime ?? '–',
        device.usable ? device.reason : `${device.problem ?? device.reason} ${device.fix ?? ''}`,
      ]),
      'Nothing here can train: "lab doctor" says what is missing.',
    );
    return { value: machine.devices, text };
  });
}

export function reindex(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ lab }) => {
    const found = await lab.reindex();
    const problems = found.problems.map((problem) => `${red('✗')} ${problem}`);
    const counts = `Found ${found.runs} runs and ${found.evaluations} evaluations.`;
    return { value: found, text: [...problems, counts].join('\n') };
  });
}
