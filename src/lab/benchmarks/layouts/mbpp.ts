/**
 * MBPP (google-research/mbpp, README): a request in words, a solution, and assert lines. As its
 * authors do, the request shows the asserts, which name the function; challenge tests stay hidden.
 */
import { z } from 'zod';
import { rowLayout } from './layout';

const schema = z
  .looseObject({
    task_id: z.union([z.int(), z.string().min(1)]),
    text: z.string().min(1).optional(),
    /** The name in the sanitized set. */
    prompt: z.string().min(1).optional(),
    code: z.string().min(1),
    test_list: z.array(z.string().min(1)).min(1),
    test_setup_code: z.string().optional(),
    test_imports: z.array(z.string()).optional(),
    challenge_test_list: z.array(z.string()).optional(),
    category: z.string().optional(),
  })
  .refine((row) => row.text !== undefined || row.prompt !== undefined, {
    message: 'it has neither text nor prompt',
  });

const shown = '\n\nYour code should pass these tests:\n\n';

export const mbpp = rowLayout({
  name: 'mbpp',
  title: 'MBPP JSONL',
  schema,
  read(row, { category }) {
    const setUp = [...(row.test_imports ?? []), row.test_setup_code ?? ''].filter(Boolean);
    return {
      toolchain: 'python',
      task: {
        id: `mbpp/${row.task_id}`,
        category: row.category ?? category,
        prompt: `${row.text ?? row.prompt}${shown}${row.test_list.join('\n')}`,
        reference: row.code,
        tests: [...setUp, ...row.test_list, ...(row.challenge_test_list ?? [])].join('\n'),
        constructs: [],
      },
    };
  },
  write(task) {
    const [text = '', listed] = task.prompt.split(shown);
    if (listed === undefined || typeof task.tests !== 'string') return null;
    const asserts = task.tests.split('\n').filter((line) => line.startsWith('assert '));
    const visible = listed.split('\n');
    return {
      task_id: task.id.replace(/^mbpp\//, ''),
      text,
      code: task.reference,
      test_list: asserts.filter((line) => visible.includes(line)),
      challenge_test_list: asserts.filter((line) => !visible.includes(line)),
      test_setup_code: task.tests
        .split('\n')
        .filter((line) => !line.startsWith('assert '))
        .join('\n'),
      category: task.category,
    };
  },
});
