/** Exports as the shells use them. */
import type { LabContext } from '../context';
import { enqueueJob } from '../queue/enqueue';
import type { LabServices } from '../rpc/services';
import { writeExport } from './export-files';
import { exportTitle } from './export-job';
import { listExports } from './list-exports';
import { resolveExport } from './resolve-export';

export function createExportsService(context: LabContext): LabServices['exports'] {
  return {
    async list(input) {
      return listExports(context, input.runId);
    },

    async start(input) {
      const { spec, checkpointAdapter } = await resolveExport(context, input);
      await writeExport(context, spec, checkpointAdapter);
      const job = enqueueJob(context, {
        kind: 'export',
        title: exportTitle(spec),
        targetId: spec.id,
        // Weights are added up on the CPU, so a training on the card goes on beside it.
        device: null,
        after: [],
      });
      context.changes.publish('exports', spec.id);
      return { id: spec.id, jobId: job.id };
    },
  };
}
