/** Toolchains: how a language is checked, run and tested. Files: resources/toolchains/<name>.yaml. */
import { z } from 'zod';
import { nameSchema } from './preset';

/** A command line; `{file}` is the program's file, `{program}` the resolved executable. */
const commandSchema = z.array(z.string().min(1)).min(1);

/**
 * A language construct as tree-sitter queries: `query` alone is found when it matches; with `call`,
 * a `@callee` inside the `@body` of a `@name` captured by `query` must have the same text (recursion).
 */
export const constructSchema = z.strictObject({
  query: z.string().min(1),
  call: z.string().min(1).optional(),
});
export type Construct = Readonly<z.infer<typeof constructSchema>>;

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
  syntax: commandSchema,
  run: commandSchema,
  runChecksSyntax: z
    .boolean()
    .default(false)
    .describe('run checks the whole program before any of it runs: one that ended well is correct'),
  timeoutSeconds: z.number().positive().default(10),
  memoryMegabytes: z.int().positive().default(2048),
  outputBytes: z.int().positive().default(1_000_000),
  processes: z.int().positive().default(64),
  grammar: z.string().nullable().describe('tree-sitter grammar package, for constructs'),
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
