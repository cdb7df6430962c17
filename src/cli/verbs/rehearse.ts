/** `lab rehearse`. */
import type { LabClient } from '@lab/rpc/router';
import type { FitReport } from '@shared/fit';
import type { Rehearsal } from '@shared/rehearsal';
import type { OverrideValue } from '@shared/run-spec';
import { labErrorOf } from '../failure';
import { failureOf } from '../follow/failure-of';
import { followRehearsal } from '../follow/follow-rehearsal';
import { following } from '../follow/following';
import { labScript, withLab } from '../open-lab';
import { doesNotFitText, rehearsalText } from '../text/rehearsal-text';
import type { Answer, CommonOptions } from '../verb';
import { numberOption, overridesOption } from './options';

export interface RehearseOptions extends CommonOptions {
  readonly set?: readonly string[];
  readonly device?: string;
  readonly steps: string;
  readonly detach?: boolean;
}

interface Request {
  readonly preset: string;
  readonly overrides: Record<string, OverrideValue>;
  readonly device?: string;
  readonly steps: number;
}

export async function rehearse(preset: string, options: RehearseOptions): Promise<Answer> {
  const request: Request = {
    preset,
    overrides: { ...overridesOption(options.set) },
    steps: numberOption('steps', options.steps),
    ...(options.device === undefined ? {} : { device: options.device }),
  };
  if (options.detach === true) return detached(request, options);
  return following(options, async ({ client, progress, signal }) => {
    const fit = await predicted(client, request);
    const { id } = await client.rehearsals.start(request);
    const rehearsal = await followRehearsal(client, id, progress, signal);
    return answerOf(rehearsal, fit);
  });
}

function answerOf(rehearsal: Rehearsal, fit: FitReport | null): Answer {
  const value = { rehearsal, fit };
  const { result, failure } = rehearsal;
  if (result !== null) return { value, text: rehearsalText(rehearsal, result, fit) };
  if (failure !== null && rehearsal.outOfMemory === true) {
    return { value, text: doesNotFitText(rehearsal, failure, fit), exitCode: 3 };
  }
  if (failure !== null) throw failureOf(failure);
  return { value, text: `The rehearsal was ${rehearsal.status}.`, exitCode: 1 };
}

/** What fit says before anything is measured; measuring teaches it. Null: it knows nothing of it. */
async function predicted(client: LabClient, request: Request): Promise<FitReport | null> {
  const { steps: _, ...subject } = request;
  try {
    return await client.fit.predict(subject);
  } catch (error) {
    // What is wrong with the request itself is said by the start of the rehearsal.
    if (labErrorOf(error) === null) throw error;
    return null;
  }
}

async function detached(request: Request, options: RehearseOptions): Promise<Answer> {
  return withLab(options, async ({ lab, client }) => {
    const { id } = await client.rehearsals.start(request);
    const rehearsal = await client.rehearsals.get({ id });
    const { scheduler } = await client.queue.snapshot();
    if (scheduler === null) {
      const { startBackgroundScheduler } = await import('@lab/shell/background-scheduler');
      startBackgroundScheduler(lab.home, labScript);
    }
    return {
      value: { rehearsal, fit: null },
      text: `Queued: a rehearsal of ${rehearsal.preset} (${id}).\n"lab queue list" shows how far it is.`,
    };
  });
}
