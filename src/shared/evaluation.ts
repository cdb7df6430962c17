/** Evaluations: one subject × one benchmark × one sampling configuration. */
import { z } from 'zod';
import { failureKindSchema } from './judgement';
import { quantizationSchema, resolvedQuantizationSchema } from './recipe';
import { samplingSchema } from './sampling';

export const subjectQuantizationSchema = quantizationSchema.extend({
  kind: resolvedQuantizationSchema.shape.kind,
});
export type SubjectQuantization = Readonly<z.infer<typeof subjectQuantizationSchema>>;

/** What is evaluated. */
export const subjectSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('base-model'),
    source: z.string().describe('as the user named it'),
    path: z.string(),
    hash: z.string(),
    quantization: subjectQuantizationSchema,
  }),
  z.object({
    kind: z.literal('run'),
    runId: z.string(),
    runName: z.string(),
    basePath: z.string(),
    baseHash: z.string(),
    adapterPath: z.string(),
    quantization: subjectQuantizationSchema,
    checkpointStep: z.int().nullable().describe('null: the finished adapter'),
  }),
  z.object({
    kind: z.literal('gguf'),
    path: z.string().describe('the file, or the first of its parts'),
    hash: z.string(),
  }),
  z.object({
    kind: z.literal('merged'),
    runId: z.string(),
    runName: z.string(),
    checkpointStep: z.int().nullable().describe('null: of the finished adapter'),
    path: z.string(),
    hash: z.string(),
    quantization: subjectQuantizationSchema.describe('of its own weights: none'),
    baseHash: z.string().describe('of the model that the adapter was folded into'),
    baseQuantization: subjectQuantizationSchema.describe('of that model in the training'),
  }),
  z.object({
    kind: z.literal('endpoint'),
    name: z.string(),
    baseUrl: z.string(),
    model: z.string(),
  }),
  z.object({ kind: z.literal('reference') }),
  z.object({ kind: z.literal('replay'), path: z.string() }),
]);
export type Subject = Readonly<z.infer<typeof subjectSchema>>;

/** The subject answers in rounds: what compiler and gates say of a program is given back to it. */
export const agentSchema = z.object({
  rounds: z.int().min(1).max(20).describe('most answers to one task, the first one included'),
  gates: z
    .array(z.string())
    .optional()
    .describe('rules of the toolchain that it is told of; absent in older ones: all of them'),
});
export type Agent = Readonly<z.infer<typeof agentSchema>>;

/** Everything that must be equal for two evaluations to be compared; `key` is its sha256. */
export const comparabilitySchema = z.object({
  benchmark: z.string(),
  benchmarkVersion: z.string(),
  benchmarkHash: z.string(),
  promptFormat: z.enum(['chatml', 'alpaca']),
  systemPrompt: z.string().nullable(),
  sampling: samplingSchema,
  toolchain: z.string(),
  toolchainVersion: z.string(),
});
export type Comparability = Readonly<z.infer<typeof comparabilitySchema>>;

/** `evaluations/<id>/spec.json`. */
export const evaluationSpecSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('generate'),
  id: z.string(),
  createdAt: z.string(),
  subject: subjectSchema,
  agent: agentSchema.nullish().describe('absent: each task is answered once'),
  subjectLabel: z.string(),
  comparability: comparabilitySchema,
  key: z.string(),
  tasksPath: z.string().describe('the benchmark as it was, copied into the evaluation'),
  backend: z.enum(['torch', 'mlx', 'llama-cpp']),
  device: z.object({
    id: z.string(),
    kind: z.enum(['cpu', 'cuda', 'rocm', 'mlx']),
    name: z.string(),
    threads: z.int().min(1),
    recorded: z.boolean().default(false),
  }),
  precision: z.enum(['float32', 'bfloat16', 'float16']),
  allowUnsandboxed: z.boolean().default(false),
  gates: z.array(z.string()).default([]).describe('rules of the toolchain that count'),
});
export type EvaluationSpec = Readonly<z.infer<typeof evaluationSpecSchema>>;

/** A rate with its 95 % interval; `total` is the denominator, always shown. */
export const rateSchema = z.object({
  passed: z.int().min(0),
  total: z.int().min(0),
  rate: z.number().nullable().describe('null when nothing has this stage'),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type Rate = Readonly<z.infer<typeof rateSchema>>;

export const ratesSchema = z.object({
  syntaxPass: rateSchema,
  runPass: rateSchema,
  outputPass: rateSchema,
  testsPass: rateSchema,
  constructsPass: rateSchema,
});
export type Rates = Readonly<z.infer<typeof ratesSchema>>;
export type RateName = keyof Rates;

/** `evaluations/<id>/summary.json`, `lab eval --json`. */
export const evaluationSummarySchema = z.object({
  id: z.string(),
  subject: z.string().describe('label, for example "base starter" or a run name'),
  benchmark: z.string(),
  key: z.string(),
  samples: z.int().min(0).describe('generations judged'),
  rates: ratesSchema,
  passAt1: z.object({
    value: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
  }),
  failures: z.partialRecord(failureKindSchema, z.int().min(0)),
  tasks: z.array(
    z.object({
      id: z.string(),
      category: z.string(),
      passed: z.int().min(0).describe('samples that passed every stage'),
      repeats: z.int().min(1),
    }),
  ),
  categories: z.record(z.string(), ratesSchema).describe('the matrix category × stage'),
  sandbox: z.string().describe('bubblewrap, sandbox-exec or none'),
  toolchain: z.string(),
  generationSeconds: z.number().nullable(),
  judgingSeconds: z.number().nullable(),
  completionTokens: z.int().min(0),
  rounds: z
    .array(
      z.object({
        round: z.int().min(1),
        asked: z.int().min(0).describe('samples that were answered in this round'),
        passed: rateSchema.describe('had every sample ended with this round at the latest'),
      }),
    )
    .optional()
    .describe('of an agent loop'),
});
export type EvaluationSummary = Readonly<z.infer<typeof evaluationSummarySchema>>;

/** `lab compare --json`. */
export const comparisonSchema = z.object({
  a: z.string(),
  b: z.string(),
  aLabel: z.string(),
  bLabel: z.string(),
  tasks: z.int().min(0),
  passedA: z.number().describe('tasks passed; with repeats, the sum of task means'),
  passedB: z.number(),
  onlyA: z.array(z.string()),
  onlyB: z.array(z.string()),
  pValue: z.number().min(0).max(1),
  test: z.enum(['exact McNemar', 'paired permutation']),
  difference: z.number().describe('pass rate of b minus that of a'),
  low: z.number().describe('95 % interval of the difference'),
  high: z.number(),
  smallestDetectable: z
    .number()
    .describe('tasks: the smallest net change this set could have shown at 80 % power'),
  verdict: z.enum(['better', 'worse', 'no detectable difference']).describe('b against a'),
  sentence: z.string().describe('the verdict in words, for people'),
  tasksToSettle: z
    .int()
    .nullable()
    .describe(
      'tasks that would show, at 80 % power, a difference as large as the one seen; null: settled, no difference seen, or over 100,000',
    ),
  outlook: z.string().nullable().describe('what would settle it, in words; null when settled'),
  forced: z.boolean().describe('the keys differed and the user insisted'),
  keyDifferences: z.array(z.string()),
});
export type Comparison = Readonly<z.infer<typeof comparisonSchema>>;

/** What one subject made of one task. */
export const taskCellSchema = z.object({
  passed: z.int().min(0),
  judged: z.int().min(0),
  failure: failureKindSchema.nullable().describe('of its first sample that failed'),
});
export type TaskCell = Readonly<z.infer<typeof taskCellSchema>>;

/**
 * Several evaluations of one benchmark side by side; the first one is what the others are measured
 * against. `lab compare A B C --json`.
 */
export const comparisonTableSchema = z.object({
  benchmark: z.string(),
  subjects: z.array(
    z.object({
      id: z.string().describe('of the evaluation'),
      label: z.string(),
      kind: z.string(),
      passAt1: evaluationSummarySchema.shape.passAt1,
      rates: ratesSchema,
    }),
  ),
  tasks: z.array(
    z.object({
      id: z.string(),
      category: z.string(),
      cells: z.array(taskCellSchema).describe('in the order of `subjects`'),
      discordant: z.boolean().describe('not every subject has the same share of passes'),
    }),
  ),
  comparisons: z
    .array(
      comparisonSchema.extend({
        adjustedPValue: z.number().describe('Holm’s correction over these comparisons'),
        adjustedVerdict: comparisonSchema.shape.verdict,
      }),
    )
    .describe('every other subject (b) against the first (a)'),
});
export type ComparisonTable = Readonly<z.infer<typeof comparisonTableSchema>>;

/** A range of ranks: 1 to 3 means that no test tells it apart from the first three. */
export const rankSchema = z.object({ from: z.int().min(1), to: z.int().min(1) });
export type Rank = Readonly<z.infer<typeof rankSchema>>;

/** All finished evaluations of one benchmark, by conditions. `lab leaderboard BENCH --json`. */
export const leaderboardSchema = z.object({
  benchmark: z.string(),
  groups: z.array(
    z.object({
      key: z.string(),
      conditions: comparabilitySchema,
      differsIn: z
        .array(z.string())
        .describe('how these conditions differ from those of the first group'),
      entries: z
        .array(
          z.object({
            id: z.string().describe('of the evaluation'),
            rank: rankSchema.nullable().describe('null: the tasks’ own solutions, no rival'),
            againstBest: z
              .object({ pValue: z.number(), verdict: comparisonSchema.shape.verdict })
              .nullable()
              .describe(
                'Holm’s correction over all pairs of the group; null: it is the first, or has no rank',
              ),
          }),
        )
        .describe('highest pass@1 first; those without a rank last'),
    }),
  ),
});
export type Leaderboard = Readonly<z.infer<typeof leaderboardSchema>>;
