/** Smoke tests as the shells use them. */
import type { SmokeSpec } from '@shared/smoke';
import type { LabContext } from '../context';
import { enqueueJob } from '../queue/enqueue';
import type { LabServices } from '../rpc/services';
import { loadChecks, removeCheck, saveCheck } from './check-files';
import { followSmoke } from './follow-smoke';
import { resolveSmoke } from './resolve-smoke';
import { titleOf } from './smoke-cards';
import { readSmoke, readSmokes, writeSmoke } from './smoke-files';
import { isLocal } from './smoke-job';
import { viewOf } from './smoke-view';

const ok = { ok: true } as const;

export function createSmokeService(context: LabContext): LabServices['smoke'] {
  return {
    async start(input) {
      const spec = await resolveSmoke(context, input);
      if (input.save !== undefined) await save(context, spec, input.save, input.replace);
      await writeSmoke(context, spec);
      const job = enqueueSmoke(context, spec, []);
      return { id: spec.id, jobId: job.id };
    },

    async get(input) {
      return viewOf(context, await readSmoke(context, input.id));
    },

    async list() {
      return Promise.all((await readSmokes(context)).map((spec) => viewOf(context, spec)));
    },

    async *follow(input, signal) {
      yield* followSmoke(context, await readSmoke(context, input.id), signal);
    },

    async checks() {
      return loadChecks(context);
    },

    async removeCheck(input) {
      await removeCheck(context, input.name);
      context.changes.publish('smokes');
      return ok;
    },
  };
}

/** Safe inside a transaction of the caller's; the folder must be written. */
export function enqueueSmoke(context: LabContext, spec: SmokeSpec, after: readonly string[]) {
  const job = enqueueJob(context, {
    kind: 'smoke',
    title: titleOf(spec),
    targetId: spec.id,
    device: spec.candidates.some(isLocal) ? spec.device.id : null,
    after,
  });
  context.changes.publish('smokes', spec.id);
  return job;
}

function save(context: LabContext, spec: SmokeSpec, name: string, replace: boolean) {
  const { prompt, systemPrompt, origin, expect } = spec;
  const { repeats: _, batchSize: __, ...sampling } = spec.sampling;
  const check = {
    schemaVersion: 1 as const,
    ...{ name, prompt, systemPrompt, origin, sampling },
    // What nobody stated: a sound answer comes to an end, and speaks for itself.
    expect: expect ?? { finishReason: 'stop' as const },
  };
  return saveCheck(context, check, replace);
}
