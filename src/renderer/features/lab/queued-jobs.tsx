import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import {
  arrayMove,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import type { Job } from '@shared/job';
import { GripVertical } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { useCommand } from '../../ui/use-command';
import { QueueRow } from './queue-row';

/** Where a job lands when it takes the place of another: the id it comes before, `null` at the end. */
export function placeBefore(ids: readonly string[], id: string, over: string): string | null {
  const moved = arrayMove([...ids], ids.indexOf(id), ids.indexOf(over));
  return moved[moved.indexOf(id) + 1] ?? null;
}

/** Waiting jobs, put in order by dragging or, on the grip, with space and the arrow keys. */
export function QueuedJobs({ jobs }: { readonly jobs: readonly Job[] }): ReactNode {
  const { client, query, queryClient } = useLab();
  const [order, setOrder] = useState<readonly string[] | null>(null);
  const move = useCommand(
    async (input: { readonly id: string; readonly before: string | null }) => {
      try {
        await client.queue.move(input);
        await queryClient.invalidateQueries({ queryKey: query.queue.key() });
      } finally {
        setOrder(null);
      }
    },
  );
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const shown =
    order === null ? jobs : [...jobs].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const ids = shown.map((job) => job.id);
  const onDragEnd = ({ active, over }: DragEndEvent): void => {
    const id = String(active.id);
    if (over === null || id === over.id) return;
    const target = String(over.id);
    setOrder(arrayMove([...ids], ids.indexOf(id), ids.indexOf(target)));
    move.run({ id, before: placeBefore(ids, id, target) });
  };
  return (
    <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={onDragEnd}>
      <SortableContext items={ids} strategy={verticalListSortingStrategy}>
        <ul aria-label="Waiting jobs">
          {shown.map((job) => (
            <SortableJob key={job.id} job={job} movable={jobs.length > 1} />
          ))}
        </ul>
      </SortableContext>
    </DndContext>
  );
}

function SortableJob({
  job,
  movable,
}: {
  readonly job: Job;
  readonly movable: boolean;
}): ReactNode {
  const {
    attributes,
    listeners,
    setNodeRef,
    setActivatorNodeRef,
    transform,
    transition,
    isDragging,
  } = useSortable({ id: job.id, disabled: !movable });
  return (
    <QueueRow
      job={job}
      place={{
        ref: setNodeRef,
        style: { transform: CSS.Translate.toString(transform), transition },
        className: isDragging ? 'z-10 rounded-md bg-raised shadow-float' : '',
      }}
      handle={
        movable && (
          <button
            type="button"
            ref={setActivatorNodeRef}
            {...attributes}
            {...listeners}
            aria-label={`Move ${job.title}`}
            className="-ml-3 flex h-6 w-3 shrink-0 cursor-grab items-center justify-center rounded-sm text-ink-faint"
          >
            <GripVertical aria-hidden className="size-3.5" />
          </button>
        )
      }
    />
  );
}
