/** What the operating system shows of the lab: notifications, progress, badge, staying awake. */

import type { LabClient } from '@lab/rpc/router';
import { activeJobs } from '@lab/shell/hand-over';
import type { Job, QueueSnapshot } from '@shared/job';
import { app, type BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import { noticeOf } from './notice';
import type { QueueListener } from './queue-watch';
import { showPage } from './window';

export interface Signals extends QueueListener {
  /** Takes everything back: no progress, no badge, the computer may sleep. */
  clear(): void;
}

/** `window` is null on a Mac while the window is closed and the app is not. */
export function createSignals(client: LabClient, window: () => BrowserWindow | null): Signals {
  let blocker: number | null = null;
  // A notification that is collected as garbage does not answer its click.
  const shown = new Set<Notification>();

  const stayAwake = (wanted: boolean): void => {
    if (wanted && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!wanted && blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
  };

  const showProgress = (jobs: readonly Job[]): void => {
    const [first] = jobs;
    // 2 is an endless bar: at work, but nobody knows how far.
    const progress = first === undefined ? -1 : (first.progress ?? 2);
    window()?.setProgressBar(progress);
  };

  const notify = async (job: Job): Promise<void> => {
    const open = window();
    if (open?.isFocused() === true || !Notification.isSupported()) return;
    const notice = await noticeOf(client, job);
    if (notice === null) return;
    const notification = new Notification({ title: notice.title, body: notice.body });
    shown.add(notification);
    notification.on('click', () => {
      const target = window();
      if (target !== null) showPage(target, notice.route);
    });
    notification.on('close', () => shown.delete(notification));
    notification.show();
  };

  return {
    changed(snapshot: QueueSnapshot): void {
      const jobs = activeJobs(snapshot);
      stayAwake(jobs.length > 0);
      showProgress(jobs);
      app.setBadgeCount(jobs.length);
    },
    ended(job: Job): void {
      notify(job).catch((error: unknown) =>
        console.error('Could not tell of an ended job:', error),
      );
    },
    clear(): void {
      stayAwake(false);
      window()?.setProgressBar(-1);
      app.setBadgeCount(0);
    },
  };
}
