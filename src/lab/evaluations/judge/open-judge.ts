/** Everything that is needed to judge by one toolchain, found and tried before the first program. */

import { randomBytes } from 'node:crypto';
import type { Task } from '@shared/benchmark';
import { LabError } from '@shared/errors';
import type { Generation, Judgement } from '@shared/judgement';
import type { LabContext } from '../../context';
import { createConstructFinder } from '../constructs/find-constructs';
import { openBoxes } from '../sandbox/box';
import { endOrphans } from '../sandbox/end-orphans';
import { findSandbox } from '../sandbox/find-sandbox';
import { runConfined } from '../sandbox/run-confined';
import type { Sandbox, SandboxName } from '../sandbox/sandbox';
import { unconfined } from '../sandbox/unconfined';
import { type FoundToolchain, findToolchain } from '../toolchains/find-toolchain';
import { openTesters } from './calls/testers';
import { extractCode } from './extract-code';
import { check, judge } from './judge';
import { prepare } from './prepare';
import { argvOf, type JudgeParts, preparedFolder } from './programs';

export interface Judge {
  readonly sandbox: SandboxName;
  /** For example "node v20.20.2". */
  readonly toolchain: string;
  readonly toolchainVersion: string;
  judge(task: Task, generation: Generation, signal?: AbortSignal): Promise<Judgement>;
  /** Without hidden tests and expected output. */
  check(task: Task, generation: Generation, signal?: AbortSignal): Promise<Judgement>;
  /** The first name of a fenced block that holds this language; empty when it has none. */
  readonly fence: string;
  /** The program in an answer, as it is judged. */
  extract(text: string): string;
  close(): Promise<void>;
}

export interface JudgeOptions {
  /** Judge even where no sandbox works; the summary then says so. */
  readonly allowUnsandboxed: boolean;
  /** Gates of the toolchain that count. */
  readonly gates?: readonly string[];
  /** Gates that `check` looks at; absent: all of the toolchain. */
  readonly told?: readonly string[] | undefined;
}

/** @throws LabError `refused` where no sandbox works and judging without one was not allowed */
export async function openJudge(
  context: Pick<LabContext, 'home' | 'places'>,
  toolchainName: string,
  options: JudgeOptions,
): Promise<Judge> {
  const toolchain = await findToolchain(context, toolchainName);
  endOrphans();
  const sandbox = await chooseSandbox(toolchain, options);
  const constructs = await createConstructFinder(toolchain.definition);
  const boxes = await openBoxes();
  const prepared = await prepare(context, toolchain, sandbox, boxes);
  const mark = randomBytes(16).toString('hex');
  const own = { toolchain, sandbox, constructs, boxes, mark, testers: null };
  const parts: JudgeParts = { ...own, ...prepared };
  const tests = await testersOf(parts);
  const judging = { ...parts, testers: tests };
  const told = options.told ?? Object.keys(toolchain.definition.gates);
  return {
    sandbox: sandbox.name,
    toolchain: labelOf(toolchain),
    toolchainVersion: toolchain.version,
    judge: (task, generation, signal) =>
      judge(judging, task, generation, options.gates ?? [], signal),
    check: (task, generation, signal) => check(judging, task, generation, told, signal),
    fence: toolchain.definition.fenceNames[0] ?? '',
    extract: (text) => extractCode(text, toolchain.definition.fenceNames),
    async close() {
      tests?.close();
      await boxes.close();
    },
  };
}

async function chooseSandbox(
  toolchain: FoundToolchain,
  { allowUnsandboxed }: JudgeOptions,
): Promise<Sandbox> {
  const finding = await findSandbox();
  const problem =
    finding.sandbox === null
      ? finding
      : await toolchainProblem(finding.sandbox, toolchain).then((why) =>
          why === null ? null : { why, fix: 'Install the toolchain in a system folder.' },
        );
  if (finding.sandbox !== null && problem === null) return finding.sandbox;
  if (allowUnsandboxed) return unconfined;
  throw new LabError({
    code: 'refused',
    what: 'Generated code is not run: there is no sandbox for it.',
    why: problem?.why ?? '',
    fix: problem?.fix ?? '',
    details: ['--allow-unsandboxed judges without one; the result then says "sandbox: none".'],
  });
}

/** Asks the toolchain for its version inside the sandbox. */
async function toolchainProblem(
  sandbox: Sandbox,
  toolchain: FoundToolchain,
): Promise<string | null> {
  const { definition, program, readable, environment, version } = toolchain;
  const limits = { ...definition, processes: Math.max(definition.processes, 256) };
  const boxes = await openBoxes();
  try {
    const captured = await boxes.use({}, (box) =>
      runConfined(
        sandbox,
        { argv: argvOf(toolchain, definition.versionCommand), readable, environment, limits },
        box,
      ),
    );
    if (captured.ending === 'exited' && captured.stdout.trim() === version) return null;
    const said = captured.stderr.trim().slice(0, 500) || captured.ending;
    return `${program} does not run in ${sandbox.name}: ${said}`;
  } finally {
    await boxes.close();
  }
}

/** Processes for hidden tests live as long as the judge does. */
const dayInSeconds = 24 * 60 * 60;

async function testersOf(parts: JudgeParts) {
  const { toolchain, sandbox, boxes } = parts;
  const { definition, readable, environment } = toolchain;
  if (definition.tests?.kind !== 'calls') return null;
  const tester = {
    argv: argvOf(toolchain, definition.tests.tester),
    readable: [...readable, toolchain.drivers],
    environment: { ...definition.environment, ...environment },
    limits: { ...definition, timeoutSeconds: dayInSeconds, memoryMegabytes: 2048 },
    folders: preparedFolder(parts),
  };
  return openTesters(sandbox, tester, await boxes.keep());
}

/** "Go go1.19.8", "Python 3.11.7": a version that begins with the program's name says it once. */
export function labelOf({ definition, version }: Pick<FoundToolchain, 'definition' | 'version'>) {
  const [name = ''] = definition.title.toLowerCase().split(/\W/);
  const rest = version.toLowerCase().startsWith(`${name} `)
    ? version.slice(name.length + 1)
    : version;
  return `${definition.title} ${rest.replace(/^version\s+/, '')}`;
}
