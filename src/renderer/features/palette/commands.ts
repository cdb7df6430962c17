/** Every command of the window, from what is there now. */
import type { BaseModel } from '@shared/base-model';
import type { EnvironmentCard } from '@shared/environment';
import type { Job } from '@shared/job';
import type { PresetCard } from '@shared/preset';
import type { EvaluationListItem } from '@shared/rpc/evaluations';
import type { RunSummary } from '@shared/run';
import { isActive } from '../../ui/job-state';
import { comparisonPath, fewest, most } from '../compare/comparison-path';

export interface Command {
  readonly value: string;
  readonly label: string;
  readonly hint: string;
  readonly run: () => void;
}
export interface CommandGroup {
  readonly value: string;
  readonly items: readonly Command[];
}

export interface CommandActions {
  readonly go: (path: string) => void;
  readonly train: (preset: string) => void;
  readonly trainWithChanges: (preset: string) => void;
  readonly duplicate: (runId: string) => void;
  readonly stop: (runId: string) => void;
  readonly resumeRun: (runId: string) => void;
  readonly cancel: (jobId: string) => void;
  readonly retry: (jobId: string) => void;
  readonly pause: () => void;
  readonly resumeQueue: () => void;
  readonly rehearse: (preset: string) => void;
  readonly getModel: (source: string | null) => void;
  readonly install: (environment: EnvironmentCard) => void;
  readonly detect: () => void;
  /** null: the subject is chosen in the dialog. */
  readonly evaluate: (subject: string | null) => void;
}

export interface CommandSource {
  readonly presets: readonly PresetCard[];
  readonly runs: readonly RunSummary[];
  readonly evaluations: readonly EvaluationListItem[];
  readonly jobs: readonly Job[];
  readonly paused: boolean;
  readonly models: readonly BaseModel[];
  readonly environments: readonly EnvironmentCard[];
}

/** Lists get long; what is older is found on its page. */
const newest = 60;

export function commandGroups(source: CommandSource, act: CommandActions): readonly CommandGroup[] {
  const command = (label: string, hint: string, run: () => void): Command => ({
    value: `${hint} ${label}`,
    label,
    hint,
    run,
  });
  const ready = source.presets.filter((card) => card.ready);
  const active = source.jobs.filter((job) => isActive(job.state) && job.kind === 'train');
  const queued = source.jobs.filter((job) => job.state === 'queued');
  const failed = source.jobs.filter((job) => job.state === 'failed');
  const groups: CommandGroup[] = [
    {
      value: 'Train',
      items: ready.flatMap(({ preset }) => [
        command(`Train ${preset.title}`, 'preset', () => act.train(preset.name)),
        command(`Train ${preset.title} with changes…`, 'preset', () =>
          act.trainWithChanges(preset.name),
        ),
      ]),
    },
    {
      value: 'Evaluate',
      items: [
        command('Evaluate…', 'evaluation', () => act.evaluate(null)),
        command('Smoke test…', 'smoke test', () => act.go('/smoke')),
      ],
    },
    {
      value: 'Queue',
      items: [
        source.paused
          ? command('Resume queue', 'queue', act.resumeQueue)
          : command('Pause queue', 'queue', act.pause),
        ...active.map((job) => command(`Stop ${job.title}`, 'job', () => act.stop(job.targetId))),
        ...queued.map((job) => command(`Cancel ${job.title}`, 'job', () => act.cancel(job.id))),
        ...failed.map((job) => command(`Retry ${job.title}`, 'job', () => act.retry(job.id))),
      ],
    },
    {
      value: 'Presets',
      items: [
        command('New preset', 'preset', () => act.go('/presets/new')),
        ...source.presets.flatMap(({ preset }) => [
          command(`Edit ${preset.title}`, 'preset', () => act.go(`/presets/${preset.name}`)),
          command(`Rehearse ${preset.title}`, 'preset', () => act.rehearse(preset.name)),
        ]),
      ],
    },
    {
      value: 'Machine',
      items: [
        command('Look for devices again', 'machine', act.detect),
        command('Get a model…', 'model', () => act.getModel(null)),
        ...source.models
          .filter((model) => model.kind === 'hub' && model.state !== 'ready')
          .map((model) =>
            command(`Get ${model.source}…`, 'model', () => act.getModel(model.source)),
          ),
        ...source.environments
          .filter((environment) => environment.state !== 'unsupported')
          .map((environment) =>
            command(
              `${environment.state === 'ready' ? 'Repair' : 'Install'} environment ${environment.name}…`,
              'environment',
              () => act.install(environment),
            ),
          ),
      ],
    },
    {
      value: 'Go to',
      items: [
        command('Lab', 'page', () => act.go('/')),
        command('Runs', 'page', () => act.go('/runs')),
        command('Leaderboard', 'page', () => act.go('/leaderboard')),
        command('Smoke tests', 'page', () => act.go('/smoke')),
        command('Settings and doctor', 'page', () => act.go('/settings')),
      ],
    },
    {
      value: 'Runs',
      items: source.runs
        .slice(0, newest)
        .flatMap((run) => [
          command(`Open ${run.name}`, `run ${run.id}`, () => act.go(`/runs/${run.id}`)),
          command(`Duplicate ${run.name}…`, `run ${run.id}`, () => act.duplicate(run.id)),
          ...(run.status === 'done'
            ? [command(`Evaluate ${run.name}…`, `run ${run.id}`, () => act.evaluate(run.id))]
            : []),
          ...(run.status === 'stopped' || run.status === 'failed'
            ? [command(`Resume ${run.name}`, `run ${run.id}`, () => act.resumeRun(run.id))]
            : []),
        ]),
    },
    {
      value: 'Evaluations',
      items: [
        ...benchmarksOf(source.evaluations).flatMap((benchmark) => {
          const ids = comparable(source.evaluations, benchmark);
          return [
            command(`Leaderboard of ${benchmark}`, 'benchmark', () =>
              act.go(`/leaderboard/${encodeURIComponent(benchmark)}`),
            ),
            ...(ids.length < fewest
              ? []
              : [
                  command(
                    `Compare ${ids.length} evaluations on ${benchmark}`,
                    'equal conditions',
                    () => act.go(comparisonPath({ ids })),
                  ),
                ]),
          ];
        }),
        ...source.evaluations
          .slice(0, newest)
          .map((item) =>
            command(`Open ${item.subject} on ${item.benchmark}`, `evaluation ${item.id}`, () =>
              act.go(`/evaluations/${item.id}`),
            ),
          ),
      ],
    },
  ];
  return groups.filter((group) => group.items.length > 0);
}

function benchmarksOf(evaluations: readonly EvaluationListItem[]): readonly string[] {
  return [...new Set(evaluations.map((item) => item.benchmark))].sort();
}

/** The newest finished evaluations under the conditions that most of them share, oldest first. */
function comparable(evaluations: readonly EvaluationListItem[], benchmark: string): string[] {
  const byKey = new Map<string, EvaluationListItem[]>();
  for (const item of evaluations) {
    if (item.benchmark !== benchmark || item.summary === null) continue;
    byKey.set(item.key, [...(byKey.get(item.key) ?? []), item]);
  }
  const [largest = []] = [...byKey.values()].sort((a, b) => b.length - a.length);
  return largest
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt))
    .slice(-most)
    .map((item) => item.id);
}
