import type { EvaluationListItem } from '@shared/rpc/evaluations';
import type { ReactNode } from 'react';
import { Choice } from '../../ui/choice';
import { moment, percent, plain } from '../../ui/format';
import { useRivals } from './rival-store';

/** Chooses what an evaluation is compared with: any finished one of the same benchmark. */
export function RivalChoice({
  item,
  rivalId,
  list,
}: {
  readonly item: EvaluationListItem;
  readonly rivalId: string | null;
  readonly list: readonly EvaluationListItem[];
}): ReactNode {
  const choose = useRivals((state) => state.choose);
  const others = list.filter(
    (entry) => entry.id !== item.id && entry.benchmark === item.benchmark && entry.summary !== null,
  );
  if (others.length === 0) return null;
  return (
    <>
      <span className="text-ink-faint">compared with</span>
      <Choice
        label="Compared with"
        value={rivalId}
        placeholder="nothing"
        options={others.map((entry) => ({
          value: entry.id,
          title: entry.subject,
          note: [
            plain(percent(entry.summary?.passAt1.value ?? null)),
            moment(entry.createdAt),
            entry.key === item.key ? '' : 'other conditions',
          ]
            .filter(Boolean)
            .join(' · '),
        }))}
        onChange={(next) => choose(item.id, next)}
      />
    </>
  );
}
