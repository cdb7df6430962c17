/** `lab environments list/plan/install/check`. */
import { setTimeout as wait } from 'node:timers/promises';
import type { LabClient } from '@lab/rpc/router';
import type { EnvironmentCard, EnvironmentPlan } from '@shared/environment';
import { type EnvironmentName, environmentNameSchema } from '@shared/environment-name';
import { LabError } from '@shared/errors';
import type { Job } from '@shared/job';
import type { DoctorCheck } from '@shared/machine';
import { failureOf } from '../follow/failure-of';
import { type Following, following } from '../follow/following';
import { isOver } from '../follow/states';
import { withLab } from '../open-lab';
import { checkLines } from '../text/check-text';
import { dim, green, red, yellow } from '../text/style';
import { facts, table } from '../text/table';
import { bytes } from '../text/units';
import type { Answer, CommonOptions } from '../verb';

export interface InstallOptions extends CommonOptions {
  readonly repair?: boolean;
  readonly detach?: boolean;
}

const pause = 300;

const marks: Readonly<Record<EnvironmentCard['state'], string>> = {
  ready: green('●'),
  missing: '○',
  unfinished: yellow('●'),
  outdated: yellow('●'),
  broken: red('✗'),
  unsupported: dim('–'),
};

export function listEnvironments(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const cards = await client.environments.list();
    const text = table(
      [
        { title: '' },
        { title: 'name' },
        { title: 'state' },
        { title: 'on disk', align: 'right' },
        { title: 'download', align: 'right' },
        { title: 'needed by' },
        { title: 'versions' },
      ],
      cards.map((card) => [
        marks[card.state],
        card.name,
        card.jobId === null ? card.state : `${card.state}, installing`,
        bytes(card.diskBytes),
        card.state === 'ready' ? '' : bytes(card.downloadBytes),
        card.neededBy.join(', ') || '–',
        versionsText(card),
      ]),
      'There are none.',
    );
    const problems = cards
      .filter(({ state, neededBy }) => state !== 'ready' && neededBy.length > 0)
      .map(({ name, problem, fix }) => `${name}: ${problem ?? ''}${fix === null ? '' : ` ${fix}`}`);
    return { value: cards, text: [text, ...problems].join('\n') };
  });
}

function versionsText({ versions, problem }: EnvironmentCard): string {
  const shown = ['python', 'torch', 'mlx', 'xllamacpp', 'transformers'].flatMap((name) =>
    versions[name] === undefined ? [] : [`${name} ${versions[name]}`],
  );
  return shown.length > 0 ? shown.join(', ') : (problem ?? '');
}

export function plan(typed: string, options: CommonOptions): Promise<Answer> {
  const name = nameOf(typed);
  return withLab(options, async ({ client }) => {
    const found = await client.environments.plan({ name });
    const needed = (found.downloadBytes ?? 0) + (found.diskBytes ?? 0);
    const fits = needed <= found.diskFreeBytes;
    return { value: found, text: planText(found, fits), exitCode: fits ? 0 : 3 };
  });
}

function planText(found: EnvironmentPlan, fits: boolean): string {
  const largest = [...found.packages]
    .sort((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0))
    .slice(0, 8)
    .map((one) => [one.name, one.version, bytes(one.bytes)]);
  const basis = found.basis === 'index' ? 'asked for just now' : 'from the record of the lock';
  return [
    facts([
      ['from', found.source],
      ['with', `${found.installer}, ${found.python}`],
      ['download', `${bytes(found.downloadBytes)} (${basis})`],
      ['on disk', `about ${bytes(found.diskBytes)}`],
      ['free', bytes(found.diskFreeBytes)],
      ['packages', String(found.packages.length)],
    ]),
    table(
      [{ title: 'largest' }, { title: 'version' }, { title: 'size', align: 'right' }],
      largest,
      '',
    ),
    ...(fits
      ? []
      : ['The disk is too small for it. Make room, or set LORABENCH_ENVIRONMENTS to another.']),
  ].join('\n');
}

export async function install(typed: string, options: InstallOptions): Promise<Answer> {
  const name = nameOf(typed);
  const asked = { name, repair: options.repair === true };
  if (options.detach === true) {
    return withLab(options, async ({ client }) => {
      const { jobId } = await client.environments.install(asked);
      return { value: { jobId }, text: `Queued as ${jobId}.` };
    });
  }
  return following(options, async (open) => {
    const { jobId } = await open.client.environments.install(asked);
    await followInstallation(open, jobId);
    const checks = await open.client.environments.check({ name });
    const card = (await open.client.environments.list()).find((one) => one.name === name);
    return { value: { environment: card, checks }, ...checkAnswer(checks) };
  });
}

async function followInstallation({ client, progress, signal }: Following, id: string) {
  for (;;) {
    const job = await jobOf(client, id);
    if (isOver(job.state)) {
      progress.end(`${job.title}: ${job.state}`);
      if (job.failure !== null) throw failureOf(job.failure);
      if (job.state === 'done') return;
      throw new LabError({
        code: 'failed',
        what: `The installation was ${job.state}.`,
        why: 'Somebody asked for it, in the window or with another command.',
        fix: `"lab queue retry ${id}" starts it again.`,
      });
    }
    progress.update(job.progress, job.message ?? job.waitingFor ?? job.state);
    await wait(pause, undefined, { signal });
  }
}

async function jobOf(client: LabClient, id: string): Promise<Job> {
  const { jobs } = await client.queue.snapshot();
  const job = jobs.find((one) => one.id === id);
  if (job !== undefined) return job;
  throw new LabError({
    code: 'not_found',
    what: 'The installation is no longer in the queue.',
    why: `Job ${id} is gone.`,
    fix: '"lab environments" shows the state of the environment.',
  });
}

export function check(typed: string, options: CommonOptions): Promise<Answer> {
  const name = nameOf(typed);
  return withLab(options, async ({ client }) => {
    const checks = await client.environments.check({ name });
    return { value: checks, ...checkAnswer(checks) };
  });
}

function checkAnswer(checks: readonly DoctorCheck[]): Pick<Answer, 'text' | 'exitCode'> {
  const problems = checks.filter(({ status }) => status === 'problem').length;
  const last = problems === 0 ? 'It computes what it should.' : `${problems} to fix.`;
  return { text: [...checkLines(checks), last].join('\n'), exitCode: problems === 0 ? 0 : 1 };
}

function nameOf(typed: string): EnvironmentName {
  const name = environmentNameSchema.safeParse(typed);
  if (name.success) return name.data;
  throw new LabError({
    code: 'bad_input',
    what: `There is no environment ${typed}.`,
    why: `There are ${environmentNameSchema.options.join(', ')}.`,
    fix: '"lab environments" lists them.',
  });
}
