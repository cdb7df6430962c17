/** Everything that is needed to judge by one toolchain, found and tried before the first program. */

import type { Task } from '@shared/benchmark';
import { LabError } from '@shared/errors';
import type { Generation, Judgement } from '@shared/judgement';
import type { LabContext } from '../../context';
import { createConstructFinder } from '../constructs/find-constructs';
import { openBoxes } from '../sandbox/box';
import { findSandbox } from '../sandbox/find-sandbox';
import { runConfined } from '../sandbox/run-confined';
import type { Sandbox, SandboxName } from '../sandbox/sandbox';
import { unconfined } from '../sandbox/unconfined';
import { commandLine, type FoundToolchain, findToolchain } from '../toolchains/find-toolchain';
import { judge } from './judge';

export interface Judge {
  readonly sandbox: SandboxName;
  /** For example "node v20.20.2". */
  readonly toolchain: string;
  readonly toolchainVersion: string;
  judge(task: Task, generation: Generation, signal?: AbortSignal): Promise<Judgement>;
  close(): Promise<void>;
}

export interface JudgeOptions {
  /** Judge even where no sandbox works; the summary then says so. */
  readonly allowUnsandboxed: boolean;
}

/** @throws LabError `refused` where no sandbox works and judging without one was not allowed */
export async function openJudge(
  context: Pick<LabContext, 'home' | 'places'>,
  toolchainName: string,
  options: JudgeOptions,
): Promise<Judge> {
  const toolchain = await findToolchain(context, toolchainName);
  const sandbox = await chooseSandbox(toolchain, options);
  const constructs = await createConstructFinder(toolchain.definition);
  const boxes = await openBoxes();
  const parts = { toolchain, sandbox, constructs, boxes };
  return {
    sandbox: sandbox.name,
    toolchain: `${toolchain.definition.title} ${toolchain.version}`,
    toolchainVersion: toolchain.version,
    judge: (task, generation, signal) => judge(parts, task, generation, signal),
    close: () => boxes.close(),
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
  const [first = program, ...rest] = commandLine(definition.versionCommand, { program });
  const boxes = await openBoxes();
  try {
    const captured = await boxes.use({}, (box) =>
      runConfined(
        sandbox,
        { argv: [first, ...rest], readable, environment, limits: definition },
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
