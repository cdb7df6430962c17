/** The smoke test that a trained model must pass before its evaluations are spent. */
import { rm } from 'node:fs/promises';
import type { RunSpec } from '@shared/run-spec';
import type { SmokeSpec } from '@shared/smoke';
import type { LabContext } from '../context';
import { runSubject } from '../evaluations/run-subjects';
import { questionOfCheck, smokeSpecOf } from './resolve-smoke';
import { writeSmoke } from './smoke-files';

/**
 * Writes its folder; `name` is that of a saved smoke test, null for none. The adapter need not be
 * there yet.
 * @throws LabError when there is no such smoke test
 */
export async function prepareRunSmoke(
  context: LabContext,
  run: RunSpec,
  name: string | null,
): Promise<SmokeSpec | null> {
  if (name === null) return null;
  const question = await questionOfCheck(context, name);
  const { id, kind, name: title, threads, recorded } = run.device;
  const spec = {
    ...smokeSpecOf(question, [runSubject(context, run)]),
    backend: run.backend,
    device: { id, kind, name: title, threads, recorded },
  };
  await writeSmoke(context, spec);
  return spec;
}

export async function discardRunSmoke(context: LabContext, spec: SmokeSpec | null): Promise<void> {
  if (spec === null) return;
  await rm(context.home.jobFolder(spec.id), { recursive: true, force: true });
}
