/** Rows of `{id, prompt, reference, metadata: {tests}}`, as guildlm/guild-code publishes its set. */
import { z } from 'zod';
import { rowLayout } from './layout';

const schema = z.looseObject({
  id: z.string().min(1),
  prompt: z.string().min(1),
  reference: z.string(),
  metadata: z.looseObject({
    tests: z.string().optional(),
    expected_output: z.string().optional(),
    category: z.string().optional(),
    constructs: z.array(z.string()).optional(),
  }),
});

export const promptReference = rowLayout({
  name: 'prompt-reference',
  title: '{id, prompt, reference, metadata.tests} JSONL',
  schema,
  read: ({ id, prompt, reference, metadata }, { category }) => ({
    // The set's own module is Go; other languages say so with --toolchain.
    toolchain: /^\s*package \w+/.test(metadata.tests ?? '') ? 'go' : null,
    task: {
      ...{ id, prompt, reference },
      category: metadata.category ?? category,
      ...(metadata.tests === undefined ? {} : { tests: metadata.tests }),
      ...(metadata.expected_output === undefined
        ? {}
        : { expectedOutput: metadata.expected_output }),
      constructs: metadata.constructs ?? [],
    },
  }),
  write: (task) => ({
    id: task.id,
    prompt: task.prompt,
    reference: task.reference,
    metadata: {
      category: task.category,
      ...(typeof task.tests === 'string' ? { tests: task.tests } : {}),
      ...(typeof task.expectedOutput === 'string' ? { expected_output: task.expectedOutput } : {}),
      ...(task.constructs.length > 0 ? { constructs: task.constructs } : {}),
    },
  }),
});
