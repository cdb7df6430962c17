/** Imports the training libraries in a process of its own, to see whether they really work. */
import { execa } from 'execa';
import { z } from 'zod';
import type { PythonEnvironment } from './python';

const answerSchema = z.record(z.string(), z.string());

export type PythonProbe =
  | {
      readonly works: true;
      readonly versions: Readonly<Record<string, string>>;
      readonly seconds: number;
    }
  | { readonly works: false; readonly problem: string };

const script = `
import json, platform
import torch, transformers, peft, trl, bitsandbytes
names = (torch, transformers, peft, trl, bitsandbytes)
versions = {module.__name__: str(module.__version__) for module in names}
assert float(torch.ones(2).sum()) == 2.0
print("\\n" + json.dumps({"python": platform.python_version(), **versions}))
`;

/** Importing everything takes seconds; `timeoutSeconds` bounds it. */
export async function probePython(
  environment: PythonEnvironment,
  timeoutSeconds = 120,
): Promise<PythonProbe> {
  const began = Date.now();
  const { stdout, stderr, exitCode, timedOut } = await execa(environment.python, ['-c', script], {
    reject: false,
    stdin: 'ignore',
    timeout: timeoutSeconds * 1000,
    forceKillAfterDelay: 1000,
    env: { PYTHONDONTWRITEBYTECODE: '1', HF_HUB_OFFLINE: '1', TOKENIZERS_PARALLELISM: 'false' },
  });
  if (timedOut) return { works: false, problem: `no answer within ${timeoutSeconds} s` };
  const last = stdout.trim().split('\n').at(-1) ?? '';
  if (exitCode === 0 && last.startsWith('{')) {
    const versions = answerSchema.parse(JSON.parse(last));
    return { works: true, versions, seconds: (Date.now() - began) / 1000 };
  }
  return { works: false, problem: stderr.trim().split('\n').at(-1) ?? `exit code ${exitCode}` };
}
