import type { EvaluationDetail } from '@shared/rpc/evaluations';
import { useQuery } from '@tanstack/react-query';
import { Scale } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Page } from '../../app/page';
import { ErrorCard } from '../../ui/error-card';
import { isOpen, StateBadge } from '../../ui/job-state';
import { Waiting } from '../../ui/waiting';
import { comparisonPath, decodeSegment } from '../compare/comparison-path';
import { CategoryMatrix } from './category-matrix';
import { ComparisonVerdict } from './comparison-verdict';
import { Conditions } from './conditions';
import { EvaluationActions, EvaluationFailure } from './evaluation-actions';
import { EvaluationProgress } from './evaluation-progress';
import { FailureKinds } from './failure-kinds';
import { HeadlineRates } from './headline-rates';
import { Heatmap } from './heatmap';
import { RivalChoice } from './rival-choice';
import { useRivals } from './rival-store';
import { RoundsPanel } from './rounds-panel';
import { TaskSheet } from './task-sheet';
import { useCells } from './use-cells';

/** One evaluation beside its rival: rates, verdict, every task. */
export function EvaluationPage({
  id,
  taskId,
}: {
  readonly id: string;
  readonly taskId: string | null;
}): ReactNode {
  const { query } = useLab();
  const detail = useQuery(
    query.evaluations.get.queryOptions({
      input: { id },
      refetchInterval: ({ state }: { state: { data: EvaluationDetail | undefined } }) =>
        state.data !== undefined && isOpen(state.data.item.status) ? 1000 : false,
    }),
  );
  if (detail.isError) {
    return (
      <Page title="Evaluation">
        <ErrorCard error={detail.error} />
      </Page>
    );
  }
  if (detail.data === undefined) return <Waiting words="Opening the evaluation" />;
  return <Evaluation detail={detail.data} taskId={taskId} />;
}

function Evaluation({
  detail,
  taskId,
}: {
  readonly detail: EvaluationDetail;
  readonly taskId: string | null;
}): ReactNode {
  const { query } = useLab();
  const [, navigate] = useLocation();
  const { item } = detail;
  const chosen = useRivals((state) => state.chosen[item.id]);
  const rivalId = chosen ?? detail.rivalId;
  const list = useQuery(query.evaluations.list.queryOptions());
  const rival = list.data?.find((entry) => entry.id === rivalId) ?? null;
  const cells = useCells(item.id, item.status);
  const rivalCells = useCells(rival?.id ?? null, rival?.status ?? null);
  const open = (task: string | null): void =>
    navigate(
      task === null
        ? `/evaluations/${item.id}`
        : `/evaluations/${item.id}/${encodeURIComponent(task)}`,
    );
  return (
    <Page
      title={
        <span className="flex items-center gap-3">
          <span className="truncate">{item.subject}</span>
          <StateBadge state={item.status} />
        </span>
      }
      subtitle={
        <>
          on {item.benchmark}
          {item.runId !== null && (
            <>
              {' · '}
              <Link href={`/runs/${item.runId}`} className="text-accent hover:underline">
                open the run
              </Link>
            </>
          )}
        </>
      }
      actions={
        <>
          <RivalChoice item={item} rivalId={rival?.id ?? null} list={list.data ?? []} />
          {item.summary !== null && rival?.summary != null && (
            <Link
              href={comparisonPath({ ids: [rival.id, item.id] })}
              className="inline-flex h-8 items-center gap-1.5 rounded-md border border-line-strong bg-panel px-3 font-medium whitespace-nowrap hover:bg-hover"
            >
              <Scale aria-hidden className="size-3.5" /> Compare task by task
            </Link>
          )}
          <EvaluationActions detail={detail} />
        </>
      }
    >
      <EvaluationFailure detail={detail} />
      {isOpen(item.status) && <EvaluationProgress item={item} />}
      {item.summary !== null && rival?.summary != null && (
        <ComparisonVerdict a={rival.id} b={item.id} />
      )}
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          {item.summary !== null && (
            <HeadlineRates summary={item.summary} rival={rival?.summary ?? null} />
          )}
          {cells === null ? (
            <Waiting words="Reading the verdicts" />
          ) : (
            <Heatmap
              cells={cells}
              rivalCells={rivalCells}
              name={item.subject}
              rivalName={rival?.subject ?? null}
              onOpen={open}
            />
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          {item.summary?.rounds !== undefined && item.summary.rounds.length > 0 && (
            <RoundsPanel rounds={item.summary.rounds} />
          )}
          <FailureKinds cells={cells ?? []} rivalCells={rivalCells} />
          {item.summary !== null && <CategoryMatrix summary={item.summary} />}
          <Conditions detail={detail} />
        </div>
      </div>
      {taskId !== null && (
        <TaskSheet
          subjects={[item, ...(rival === null ? [] : [rival])].map((entry, index) => ({
            id: entry.id,
            label: entry.subject,
            index,
          }))}
          language={detail.spec.comparability.toolchain}
          taskId={decodeSegment(taskId)}
          taskIds={(cells ?? []).map((cell) => cell.taskId)}
          onTask={open}
        />
      )}
    </Page>
  );
}
