/** `lab runs stop/resume/rename/delete`. */
import { setTimeout as wait } from 'node:timers/promises';
import { following } from '../follow/following';
import { isOver } from '../follow/states';
import { labScript, withLab } from '../open-lab';
import { runLine } from '../text/run-text';
import type { Answer, CommonOptions } from '../verb';
import { findRun } from './find';
import { trained } from './train';

export interface ResumeOptions extends CommonOptions {
  readonly detach?: boolean;
}

/** Waits until the checkpoint is written and the worker has ended. */
export function stopRun(typed: string, options: CommonOptions): Promise<Answer> {
  return following(options, async ({ client, progress, signal }) => {
    const { id, name } = await findRun(client, typed);
    await client.runs.stop({ id });
    for (;;) {
      const { summary } = await client.runs.get({ id });
      if (isOver(summary.status)) {
        progress.end(`${name}: ${summary.status} at step ${summary.steps}`);
        return { value: summary, text: runLine(summary) };
      }
      progress.update(null, `${name}: stopping`);
      await wait(200, undefined, { signal });
    }
  });
}

export function resumeRun(typed: string, options: ResumeOptions): Promise<Answer> {
  if (options.detach !== true) {
    return following(options, async (open) => {
      const { id } = await findRun(open.client, typed);
      await open.client.runs.resume({ id });
      return trained(open, id);
    });
  }
  return withLab(options, async ({ lab, client }) => {
    const { id } = await findRun(client, typed);
    await client.runs.resume({ id });
    const { summary } = await client.runs.get({ id });
    if ((await client.queue.snapshot()).scheduler === null) {
      const { startBackgroundScheduler } = await import('@lab/shell/background-scheduler');
      startBackgroundScheduler(lab.home, labScript);
    }
    return { value: summary, text: `Goes on: ${summary.name} from step ${summary.steps}.` };
  });
}

export function renameRun(typed: string, name: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const { id } = await findRun(client, typed);
    await client.runs.rename({ id, name });
    const { summary } = await client.runs.get({ id });
    return { value: summary, text: `Renamed: ${summary.name}` };
  });
}

export function deleteRun(typed: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const { id, name } = await findRun(client, typed);
    await client.runs.delete({ id });
    return {
      value: { id, name, deleted: true },
      text: `${name} lies in the lab home's trash; its evaluations stay.`,
    };
  });
}
