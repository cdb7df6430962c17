/** The Python environments that workers run in, as settings and `lab environments` show them. */
import { z } from 'zod';
import { environmentNameSchema } from './environment-name';

export const environmentCardSchema = z
  .object({
    name: environmentNameSchema,
    title: z.string(),
    backend: z.enum(['torch', 'mlx', 'llama-cpp']),
    state: z
      .enum(['ready', 'missing', 'unfinished', 'outdated', 'broken', 'unsupported'])
      .describe('unfinished: an installation was cut off; outdated: made from an earlier lock'),
    problem: z.string().nullable(),
    fix: z.string().nullable(),
    folder: z.string(),
    versions: z
      .record(z.string(), z.string())
      .describe('python and the main libraries; {} unless there'),
    /** What a first installation brings, from the lock's record; `environments.plan` asks the index. */
    downloadBytes: z.number().nullable(),
    diskBytes: z.number().nullable(),
    neededBy: z.array(z.string()).describe('ids of devices found here that need it'),
    jobId: z.string().nullable().describe('of the installation that is queued or running'),
  })
  .readonly();
export type EnvironmentCard = z.infer<typeof environmentCardSchema>;

/** What an installation would bring. */
export const environmentPlanSchema = z
  .object({
    name: environmentNameSchema,
    source: z
      .string()
      .describe("where the packages come from, for example PyTorch's ROCm 6.4 index"),
    installer: z.enum(['uv', 'pip']),
    python: z.string().describe('interpreter that the environment is made with'),
    packages: z.array(
      z.object({ name: z.string(), version: z.string(), bytes: z.number().nullable() }),
    ),
    downloadBytes: z.number().nullable(),
    diskBytes: z.number().nullable().describe('once installed'),
    diskFreeBytes: z.number(),
    basis: z
      .enum(['index', 'record'])
      .describe('sizes were asked for just now, or come with the lock'),
  })
  .readonly();
export type EnvironmentPlan = z.infer<typeof environmentPlanSchema>;
