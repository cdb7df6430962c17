/** Toolchains: how a language is checked, run and tested. Files: resources/toolchains/<name>.yaml. */
import { z } from 'zod';
import { nameSchema } from './name';

/**
 * A command line. {program} is the executable that was found and {folder} where it lies, {file} the
 * program's file, {box} the folder that holds it, {out} what a build made, {cache} a folder that
 * builds share and no judged program sees, {prepared} what `prepare` made, {drivers}
 * resources/toolchains/drivers, {node} the Node that runs the lab.
 */
const commandSchema = z.array(z.string().min(1)).min(1);

const patternSchema = z
  .string()
  .min(1)
  .optional()
  .describe('regular expression, looked for outside of what `ignore` says');

/**
 * A language construct as tree-sitter queries: `query` alone is found when it matches; with `call`,
 * a `@callee` inside the `@body` of a `@name` captured by `query` must have the same text (recursion).
 * For a language without a grammar, a `pattern`.
 */
export const constructSchema = z
  .strictObject({
    query: z.string().min(1).optional(),
    call: z.string().min(1).optional(),
    pattern: patternSchema,
  })
  .refine(({ query, pattern }) => (query === undefined) !== (pattern === undefined), {
    error: 'a construct has either a query or a pattern',
  });
export type Construct = Readonly<z.infer<typeof constructSchema>>;

/** A rule that a program must keep; broken when query or pattern find something or the command fails. */
export const gateSchema = z.strictObject({
  message: z.string().min(1).describe('said when the rule is broken'),
  query: z.string().min(1).optional().describe('tree-sitter query of what must not be there'),
  pattern: patternSchema,
  command: commandSchema.optional(),
  silent: z.boolean().default(false).describe('the command must also print nothing'),
  advises: z
    .boolean()
    .default(false)
    .describe('an agent is told of it also where the benchmark does not count it'),
});
export type Gate = Readonly<z.infer<typeof gateSchema>>;

/**
 * What programs may not hold that are judged by compiled tests, with which they share a process. All
 * `queries` must find something. What a query captures as @declared counts only where the hidden
 * tests use the same word.
 */
const refusalSchema = z.strictObject({
  message: z.string().min(1).describe('said when a program is refused'),
  queries: z.array(z.string().min(1)).min(1),
});
export type Refusal = Readonly<z.infer<typeof refusalSchema>>;

/** Compiles the program before it is run; {out} is a folder that only this step may write to. */
const buildSchema = z.strictObject({
  command: commandSchema,
  failure: z.enum(['syntax', 'type']).default('type'),
});

/** How hidden tests are kept apart from the program that they judge. */
export const testingSchema = z.discriminatedUnion('kind', [
  /**
   * Tests run in a process of their own and call the program over a pipe; only plain values come
   * back. `program` and `tester` speak the protocol in resources/toolchains/drivers/README.md.
   */
  z.strictObject({ kind: z.literal('calls'), program: commandSchema, tester: commandSchema }),
  /**
   * Tests are compiled with the program (typed languages) under a harness that says which of them
   * have passed: one secret line for each test, and one for the end, come to its standard input, and
   * it prints the line at {index} when that test has passed, the one at {end} after the last. So
   * nothing that is compiled holds a secret (judge/harness/fill-harness.ts). {mark} is a part for
   * names that no program can guess; {tests}, {cases} and the captures are filled in too. What `run`
   * starts must be an executable: nobody may read it.
   */
  z.strictObject({
    kind: z.literal('harness'),
    testsFile: z.string(),
    harnessFile: z.string(),
    harness: z.string().min(1),
    files: z.record(z.string(), z.string()).default({}).describe('further files of the harness'),
    each: z
      .string()
      .min(1)
      .describe('one line of {cases}: {name} is a hidden test, {index} the line of its secret'),
    refusals: z.record(z.string(), refusalSchema).default({}),
    names: z.string().min(1).describe('tree-sitter query; @name are the tests that must pass'),
    captures: z
      .record(z.string(), z.string())
      .default({})
      .describe('regular expressions over the hidden tests, the first group counts'),
    build: commandSchema,
    run: commandSchema,
  }),
]);
export type Testing = Readonly<z.infer<typeof testingSchema>>;

export const toolchainSchema = z.strictObject({
  schemaVersion: z.literal(1),
  name: nameSchema,
  title: z.string(),
  programs: z
    .array(z.string())
    .min(1)
    .describe('executables to look for, first found wins; {node} is the Node that runs the lab'),
  versionCommand: commandSchema,
  locateCommand: commandSchema
    .optional()
    .describe('prints the path of the real executable, where {program} may be a launcher'),
  fenceNames: z.array(z.string()).describe('info strings of fenced blocks that hold this language'),
  fileName: z.string().describe('what the extracted code is saved as'),
  files: z.record(z.string(), z.string()).default({}).describe('further files beside the program'),
  environment: z.record(z.string(), z.string()).default({}),
  readableCommand: commandSchema
    .optional()
    .describe('prints folders outside the system that the program must read, one a line'),
  prepare: z
    .array(commandSchema)
    .default([])
    .describe('run in turn, once for each version; may write to {prepared} and {cache}'),
  syntax: commandSchema,
  run: commandSchema,
  runChecksSyntax: z
    .boolean()
    .default(false)
    .describe('run checks the whole program before any of it runs: one that ended well is correct'),
  build: buildSchema.optional(),
  buildEnvironment: z
    .record(z.string(), z.string())
    .default({})
    .describe('of what compiles and checks, beside `environment`'),
  buildSeconds: z.number().positive().default(60).describe('time limit of compiling'),
  tests: testingSchema.optional(),
  gates: z.record(z.string(), gateSchema).default({}),
  timeoutSeconds: z.number().positive().default(10),
  memoryMegabytes: z.int().positive().default(2048),
  outputBytes: z.int().positive().default(1_000_000),
  processes: z.int().positive().default(64),
  grammar: z
    .string()
    .nullable()
    .describe(
      'tree-sitter grammar: a package, or a .wasm file beside this one; null: patterns only',
    ),
  ignore: z
    .array(z.string().min(1))
    .default([])
    .describe('regular expressions of comments and strings, where patterns do not look'),
  constructs: z.record(z.string(), constructSchema).default({}),
});
export type Toolchain = Readonly<z.infer<typeof toolchainSchema>>;

export const toolchainStatusSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    program: z.string().nullable(),
    version: z.string().nullable(),
    problem: z.string().nullable(),
    fix: z.string().nullable(),
  })
  .readonly();
export type ToolchainStatus = z.infer<typeof toolchainStatusSchema>;
