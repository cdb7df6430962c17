import type { ComparisonTable } from '@shared/evaluation';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Choice } from '../../ui/choice';
import { moment, percent, plain } from '../../ui/format';
import { most } from './comparison-path';

/** What the others are measured against, and one more evaluation to compare. */
export function SubjectsChoice({
  table,
  onIds,
}: {
  readonly table: ComparisonTable;
  readonly onIds: (ids: readonly string[]) => void;
}): ReactNode {
  const { query } = useLab();
  const list = useQuery(query.evaluations.list.queryOptions());
  const ids = table.subjects.map((subject) => subject.id);
  const key = list.data?.find((item) => item.id === ids[0])?.key;
  const others = (list.data ?? []).filter(
    (item) => item.benchmark === table.benchmark && item.summary !== null && !ids.includes(item.id),
  );
  return (
    <>
      <span className="text-ink-faint">measured against</span>
      <Choice
        label="Measured against"
        value={ids[0] ?? null}
        options={table.subjects.map((subject, index) => ({
          value: subject.id,
          title: subject.label,
          note: `${index + 1} · ${plain(percent(subject.passAt1.value))}`,
        }))}
        onChange={(id) => onIds([id, ...ids.filter((other) => other !== id)])}
      />
      {others.length > 0 && ids.length < most && (
        <Choice
          label="Add an evaluation"
          value={null}
          placeholder="add another…"
          options={others.map((item) => ({
            value: item.id,
            title: item.subject,
            note: [
              plain(percent(item.summary?.passAt1.value ?? null)),
              moment(item.createdAt),
              item.key === key ? '' : 'other conditions',
            ]
              .filter(Boolean)
              .join(' · '),
          }))}
          onChange={(id) => onIds([...ids, id])}
        />
      )}
    </>
  );
}
