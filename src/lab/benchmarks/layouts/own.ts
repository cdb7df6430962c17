/** The lab's own rows: all that a task can hold. */
import { taskSchema } from '@shared/benchmark';
import { rowLayout } from './layout';

export const own = rowLayout({
  name: 'lorabench',
  title: 'Lorabench JSONL',
  schema: taskSchema,
  read: (task) => ({ task, toolchain: null }),
  write: (task) => task,
});
