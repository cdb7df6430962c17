/** What answers for a subject: which library, on which device. */
import { LabError } from '@shared/errors';
import type { EvaluationSpec } from '@shared/evaluation';
import type { LabContext } from '../context';
import { workerThreads } from '../devices/cpu';
import { findDevice } from '../devices/devices';
import { requireEnvironment } from '../environments/python';
import { requireBackend } from './run-subjects';
import type { FoundSubject } from './subjects';

export type Answering = Pick<EvaluationSpec, 'backend' | 'device'>;

/**
 * One library for all subjects: a job has one worker.
 * @throws LabError when they need two, when the device's reads none of them, or when its
 * environment is missing
 */
export async function answeringFor(
  context: LabContext,
  found: readonly FoundSubject[],
): Promise<Answering> {
  const device = await findDevice();
  const usual = device.kind === 'mlx' ? 'mlx' : 'torch';
  const local = found.filter(({ subject }) => subject.kind !== 'endpoint');
  const files = local.filter(({ backend }) => backend === 'llama-cpp');
  if (files.length === 0) {
    for (const subject of found) requireBackend(subject, { backend: usual, device });
    return { backend: usual, device: described(device) };
  }
  if (files.length < local.length) throw mixed(files, local);
  requireEnvironment(context, 'llama-cpp');
  // The builds of llama.cpp on PyPI compute on Apple's GPU and on processors alone.
  const own = device.kind === 'mlx' ? device : await findDevice('cpu');
  return { backend: 'llama-cpp', device: described(own) };
}

function described({
  id,
  kind,
  name,
  recorded,
}: Awaited<ReturnType<typeof findDevice>>): Answering['device'] {
  return { id, kind, name, threads: workerThreads(), recorded };
}

function mixed(files: readonly FoundSubject[], all: readonly FoundSubject[]): LabError {
  const other = all.find((one) => !files.includes(one));
  return new LabError({
    code: 'refused',
    what: `"${files[0]?.label}" and "${other?.label}" cannot be asked by one smoke test.`,
    why: 'llama.cpp answers for GGUF files, another library for the other models.',
    fix: 'Ask them in two smoke tests with the same prompt and sampling.',
  });
}
