/** Rehearsals as the shells use them. */
import type { Rehearsal } from '@shared/rehearsal';
import type { LabContext } from '../context';
import { enqueueJob } from '../queue/enqueue';
import type { LabServices } from '../rpc/services';
import { newId } from '../store/ids';
import { readRehearsal, readRehearsals, writeRehearsal } from './rehearsal-files';
import { viewOf } from './rehearsal-view';
import { resolveRehearsal } from './resolve-rehearsal';

export function createRehearsalsService(context: LabContext): LabServices['rehearsals'] {
  return {
    /** Read from the folders, which are the truth: nothing is lost with the store. */
    async list(): Promise<Rehearsal[]> {
      const specs = await readRehearsals(context);
      return Promise.all(specs.map((spec) => viewOf(context, spec)));
    },

    async get(input): Promise<Rehearsal> {
      return viewOf(context, await readRehearsal(context, input.id));
    },

    async start(input) {
      const identity = { id: newId(), createdAt: new Date().toISOString() };
      const spec = await resolveRehearsal(context, input, identity);
      await writeRehearsal(context, spec);
      const job = enqueueJob(context, {
        kind: 'rehearse',
        title: `Rehearse ${spec.preset}`,
        targetId: spec.id,
        device: spec.device.id,
        after: [],
      });
      context.changes.publish('rehearsals', spec.id);
      return { id: spec.id, jobId: job.id };
    },
  };
}
