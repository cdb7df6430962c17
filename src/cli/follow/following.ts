/** Opens the lab as a scheduler, follows some work, and hands the queue over at the end. */
import { keepAwake } from '@lab/process/keep-awake';
import { closeAndHandOver } from '@lab/shell/hand-over';
import { Interrupted } from '../failure';
import { labScript, type OpenLab, openLab } from '../open-lab';
import { createProgress, type Progress } from '../text/progress';
import type { CommonOptions } from '../verb';

export interface Following extends OpenLab {
  readonly progress: Progress;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * This process schedules if no other does. Ctrl-C ends the following, not the work: a background
 * scheduler takes over and `Interrupted` is thrown. A second Ctrl-C ends the command at once.
 */
export async function following<Result>(
  options: CommonOptions,
  action: (following: Following) => Promise<Result>,
): Promise<Result> {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const open = await openLab(options, true);
  const letSleep = keepAwake('a training or evaluation is running');
  const progress = createProgress(process.stderr);
  try {
    return await action({ ...open, progress, signal: interrupt.signal });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    progress.end('');
    throw new Interrupted({
      code: 'failed',
      what: 'No longer following; the work goes on.',
      why: 'What was started runs in processes of its own, and the queue goes on in the background.',
      fix: '"lab queue list" shows how far it is, "lab runs stop RUN" ends a training.',
    });
  } finally {
    letSleep();
    await closeAndHandOver(open.lab, open.client, labScript);
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
