import type { RunSummary } from '@shared/run';
import { Link } from 'wouter';
import { column, type DataColumn } from '../../ui/data-table';
import { bytes, duration, integer, loss, moment, percent } from '../../ui/format';
import { StateBadge } from '../../ui/job-state';
import { Quantity } from '../../ui/quantity';
import { tunedPassRate } from '../lab/recent-runs';
import { quantizationText } from '../run/specification';

type Column = DataColumn<RunSummary>;

/** Every column that the table of runs can show. */
export const runColumns: readonly Column[] = [
  column<RunSummary>({
    id: 'name',
    title: 'run',
    value: (run) => run.name,
    cell: (run) => (
      <Link href={`/runs/${run.id}`} className="font-medium hover:underline">
        {run.name}
      </Link>
    ),
  }),
  column<RunSummary>({
    id: 'state',
    title: 'state',
    value: (run) => run.status,
    cell: (run) => <StateBadge state={run.status} />,
  }),
  column<RunSummary>({ id: 'preset', title: 'preset', value: (run) => run.preset }),
  column<RunSummary>({
    id: 'model',
    title: 'model',
    value: (run) => run.model,
    cell: (run) => (
      <span className="block max-w-56 truncate" title={run.model}>
        {run.model}
      </span>
    ),
  }),
  column<RunSummary>({ id: 'corpus', title: 'corpus', value: (run) => run.corpus }),
  column<RunSummary>({
    id: 'quantization',
    title: 'quantization',
    value: (run) => quantizationText(run.quantization),
  }),
  column<RunSummary>({ id: 'rank', title: 'rank', value: (run) => run.rank }),
  column<RunSummary>({
    id: 'steps',
    title: 'steps',
    value: (run) => run.steps,
    cell: (run) => integer(run.steps),
  }),
  column<RunSummary>({
    id: 'loss',
    title: 'loss',
    value: (run) => run.loss,
    cell: (run) => loss(run.loss),
  }),
  column<RunSummary>({
    id: 'accuracy',
    title: 'token accuracy',
    value: (run) => run.tokenAccuracy,
    cell: (run) => <Quantity of={percent(run.tokenAccuracy)} />,
  }),
  column<RunSummary>({
    id: 'validationLoss',
    title: 'validation loss',
    value: (run) => run.validationLoss,
    cell: (run) => loss(run.validationLoss),
  }),
  column<RunSummary>({
    id: 'validationAccuracy',
    title: 'validation accuracy',
    value: (run) => run.validationTokenAccuracy,
    cell: (run) => <Quantity of={percent(run.validationTokenAccuracy)} />,
  }),
  column<RunSummary>({
    id: 'passAt1',
    title: 'pass@1',
    value: tunedPassRate,
    cell: (run) => <Quantity of={percent(tunedPassRate(run))} />,
  }),
  column<RunSummary>({
    id: 'time',
    title: 'time',
    value: (run) => (run.seconds === 0 ? null : run.seconds),
    cell: (run) => (run.seconds === 0 ? '–' : duration(run.seconds)),
  }),
  column<RunSummary>({
    id: 'peakMemory',
    title: 'peak memory',
    value: (run) => run.peakMemoryBytes,
    cell: (run) => <Quantity of={bytes(run.peakMemoryBytes)} />,
  }),
  column<RunSummary>({
    id: 'created',
    title: 'created',
    value: (run) => run.createdAt,
    cell: (run) => <span className="text-ink-faint">{moment(run.createdAt)}</span>,
  }),
];

export const textRunColumns = ['state', 'preset', 'model', 'corpus', 'quantization'];
