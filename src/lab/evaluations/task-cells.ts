/** What a subject made of each task so far: small, without code. */
import type { TaskCell } from '@shared/evaluation';
import type { LabContext } from '../context';
import { judgementReader, tasksOf } from './evaluation-files';

export interface TaskOutcome extends TaskCell {
  readonly taskId: string;
  readonly category: string;
}

/** In the order of the benchmark. @throws LabError when the evaluation's folder is damaged */
export async function taskOutcomes(context: LabContext, id: string): Promise<TaskOutcome[]> {
  const folder = context.home.evaluationFolder(id);
  const byTask = new Map<
    string,
    { passed: number; judged: number; failure: TaskCell['failure'] }
  >();
  for (const { taskId, passed, failure } of await judgementReader(folder).readOn()) {
    const cell = byTask.get(taskId) ?? { passed: 0, judged: 0, failure: null };
    byTask.set(taskId, {
      passed: cell.passed + (passed ? 1 : 0),
      judged: cell.judged + 1,
      failure: cell.failure ?? failure,
    });
  }
  return (await tasksOf(folder)).map(({ id: taskId, category }) => ({
    taskId,
    category,
    ...(byTask.get(taskId) ?? { passed: 0, judged: 0, failure: null }),
  }));
}
