/**
 * HumanEval (openai/human-eval, README "Usage"): the head of a function with its docstring, the rest
 * of it, and `check(candidate)`.
 */
import { z } from 'zod';
import { rowLayout } from './layout';

const schema = z.looseObject({
  task_id: z.string().min(1),
  prompt: z.string().min(1),
  entry_point: z.string().min(1),
  canonical_solution: z.string(),
  test: z.string().min(1),
  category: z.string().optional(),
});

const request =
  'Complete this Python function. Answer with the whole function in one code block.\n\n';

export const humanEval = rowLayout({
  name: 'human-eval',
  title: 'HumanEval JSONL',
  schema,
  read: (row, { category }) => ({
    toolchain: 'python',
    task: {
      id: row.task_id,
      category: row.category ?? category,
      prompt: `${request}\`\`\`python\n${row.prompt.trimEnd()}\n\`\`\``,
      reference: `${row.prompt}${row.canonical_solution}`,
      prelude: row.prompt,
      entryPoint: row.entry_point,
      tests: row.test,
      constructs: [],
    },
  }),
  write(task) {
    const { prelude, entryPoint, tests, reference } = task;
    if (typeof prelude !== 'string' || typeof entryPoint !== 'string') return null;
    if (typeof tests !== 'string' || !reference.startsWith(prelude)) return null;
    return {
      task_id: task.id,
      prompt: prelude,
      entry_point: entryPoint,
      canonical_solution: reference.slice(prelude.length),
      test: tests,
      category: task.category,
    };
  },
});
