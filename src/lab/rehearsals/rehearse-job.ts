/** Runs a rehearsal: starts or re-attaches to its worker, follows it, says how it ended. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RehearseSpec } from '@shared/rehearsal';
import type { LabContext } from '../context';
import { type LastWords, lastWords } from '../process/last-words';
import type { WorkerEnd } from '../process/supervise';
import type { JobControl, JobOutcome, JobRunner } from '../queue/job-runner';
import { runWorker } from '../queue/run-worker';
import { readRehearsal, readResult } from './rehearsal-files';
import { rehearsalCard } from './rehearsal-view';

/** Of the bar; the rest is for the steps. */
const buildShare = 0.2;

export function createRehearseRunner(context: LabContext): JobRunner {
  return {
    async run(job, control) {
      const spec = await readRehearsal(context, job.targetId);
      const folder = context.home.jobFolder(spec.id);
      const end = await runWorker(context, {
        job,
        control,
        folder,
        device: spec.device,
        readOn: progressReader(folder, control),
      });
      return outcomeOf(context, spec, end);
    },
  };
}

/** Reads the events again whenever there are more of them; a rehearsal has only a few hundred. */
function progressReader(folder: string, control: JobControl): () => Promise<void> {
  let size = -1;
  return async () => {
    const found = await stat(join(folder, 'events.jsonl')).catch(() => null);
    if (found === null || found.size === size) return;
    size = found.size;
    const words = await lastWords(folder);
    const message = words.progress?.message ?? words.phase?.message ?? '';
    control.progress(shareOf(words), secondsLeftOf(words), message);
  };
}

function shareOf({ progress }: LastWords): number {
  if (progress === null || !progress.total) return 0;
  const share = progress.done / progress.total;
  return progress.unit === 'layers' ? buildShare * share : buildShare + (1 - buildShare) * share;
}

/** From the time that the steps so far have taken; the warm-up says too little. */
function secondsLeftOf({ progress, phase }: LastWords): number | null {
  if (progress?.unit !== 'steps' || phase?.phase !== 'rehearsing' || !progress.total) return null;
  if (progress.done <= 1) return null;
  const each = (progress.time - phase.time) / 1000 / progress.done;
  return Math.max(0, each * (progress.total - progress.done));
}

async function outcomeOf(
  context: LabContext,
  spec: RehearseSpec,
  end: WorkerEnd,
): Promise<JobOutcome> {
  if (end.kind === 'detached') return { kind: 'detached' };
  const words = await lastWords(context.home.jobFolder(spec.id));
  if (words.outcome === 'completed' && (await readResult(context, spec.id)) !== null) {
    // Fit learns from what was measured, so the cards may say something else now.
    context.changes.publish('presets', spec.preset);
    return { kind: 'done' };
  }
  if (words.outcome === 'stopped') return { kind: 'stopped' };
  return { kind: 'failed', failure: await rehearsalCard(context, spec, words, end) };
}
