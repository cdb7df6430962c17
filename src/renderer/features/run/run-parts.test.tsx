import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { FixtureLab } from '../../../../tests/fixtures/window/lab';
import {
  connectFixture,
  type FixtureWindow,
  renderWindow,
} from '../../../../tests/fixtures/window/render';
import { detailOf } from '../../../../tests/fixtures/window/runs';
import { useEvaluateDialog } from '../subjects/evaluate-store';
import { CheckpointsTab } from './checkpoints-tab';
import { ExportDialog } from './export-dialog';
import { LogReader, lastState } from './log-reader';
import { RenameDialog } from './rename-dialog';
import { RunEvaluations } from './run-evaluations';
import { RunFailure } from './run-failure';
import { RunHeader } from './run-header';
import { SpecificationTab } from './specification-tab';

const lab = new FixtureLab('busy');
const detail = (name: string) => {
  const run = lab.runs.find((entry) => entry.name === name);
  if (run === undefined) throw new Error(`no run ${name}`);
  return detailOf(run);
};

let opened: FixtureWindow | undefined;
afterEach(() => {
  opened?.close();
  opened = undefined;
  useEvaluateDialog.getState().close();
  cleanup();
});

describe('a run', () => {
  it('can be stopped while it runs, and not deleted', async () => {
    opened = renderWindow(<RunHeader run={detail('3B v7')} />);
    const remove = await screen.findByRole<HTMLButtonElement>('button', { name: 'Delete' });
    expect(remove.disabled).toBe(true);
    screen.getByRole('button', { name: 'Stop' }).click();
    await waitFor(() =>
      expect(opened?.fixture.runs.find((run) => run.name === '3B v7')?.status).toBe('stopped'),
    );
  });

  it('asks before it is deleted and says where it goes', async () => {
    opened = renderWindow(<RunHeader run={detail('Starter 4')} />);
    (await screen.findByRole('button', { name: 'Delete' })).click();
    const dialog = await screen.findByRole('alertdialog', { name: 'Delete Starter 4?' });
    expect(dialog.textContent).toContain('trash folder of the lab home');
  });

  it('shows its failure with the way to go on', async () => {
    const failed = detail('7B v6');
    if (failed.failure === null) throw new Error('it did not fail');
    opened = renderWindow(<RunFailure run={failed} failure={failed.failure} />);
    const card = await screen.findByRole('region', { name: 'Out of memory at step 343' });
    expect(card.textContent).toContain('exit code 1');
    screen.getByRole('button', { name: 'Resume from the last checkpoint' }).click();
    await waitFor(() =>
      expect(opened?.fixture.runs.find((run) => run.name === '7B v6')?.status).toBe('running'),
    );
  });

  it('is renamed from the keyboard', async () => {
    opened = renderWindow(<RenameDialog id="run-3b-v7" name="3B v7" onClose={() => {}} />);
    const input = await screen.findByRole('textbox', { name: 'Name' });
    fireEvent.change(input, { target: { value: '3B v7, lower rate' } });
    fireEvent.submit(input);
    await waitFor(() => expect(opened?.fixture.runs[0]?.name).toBe('3B v7, lower rate'));
  });

  it('marks what differs from its preset with the value that the preset has', async () => {
    opened = renderWindow(<SpecificationTab spec={detail('3B v7').spec} />);
    expect(await screen.findByText('preset: 16')).toBeTruthy();
    expect(await screen.findByText('preset: 2.0e−4')).toBeTruthy();
  });
});

describe('the checkpoints of a run', () => {
  it('are evaluated, smoke-tested and exported from', async () => {
    opened = renderWindow(
      <>
        <CheckpointsTab run={detail('Starter 4')} />
        <ExportDialog />
      </>,
    );
    const choose = async (action: RegExp) => {
      const name = 'What to do with the checkpoint at step 160';
      fireEvent.click(await screen.findByRole('button', { name }));
      fireEvent.click(await screen.findByRole('menuitem', { name: action }));
    };
    await choose(/Evaluate/);
    expect(useEvaluateDialog.getState().origin).toEqual({ subject: 'run-starter-4@160' });
    await choose(/Smoke test/);
    await waitFor(() => expect(opened?.history.at(-1)).toBe('/smoke/of/run-starter-4%40160'));
    await choose(/Export merged/);
    const dialog = await screen.findByRole('dialog', {
      name: 'Export Starter 4 as a merged model',
    });
    expect(dialog.textContent).toContain('the checkpoint at step 160');
    const folder = within(dialog).getByLabelText('Folder');
    fireEvent.change(folder, { target: { value: 'here' } });
    const start = within(dialog).getByRole('button', { name: 'Export' });
    expect(start).toHaveProperty('disabled', true);
    fireEvent.change(folder, { target: { value: '' } });
    fireEvent.click(start);
    const list = await screen.findByRole('list', { name: 'Exports' });
    expect(list.textContent).toContain('/exports/merged-step-160');
    await within(list).findByRole('progressbar');
    opened.fixture.tick(60);
    await opened.lab.queryClient.invalidateQueries();
    const evaluate = await within(list).findByRole('button', {
      name: 'Evaluate the merged model of step 160',
    });
    expect(list.textContent).toContain('5.75\u202fGiB');
    fireEvent.click(evaluate);
    expect(useEvaluateDialog.getState().origin).toEqual({ subject: 'merged:run-starter-4@160' });
  });

  it('are not exported over what is there, which the dialog says', async () => {
    opened = renderWindow(<RunHeader run={detail('Starter 4')} />);
    await opened.lab.client.exports.start({ runId: 'run-starter-4', to: 'merged' });
    fireEvent.click(await screen.findByRole('button', { name: 'Export merged…' }));
    const dialog = await screen.findByRole('dialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Export' }));
    expect((await within(dialog).findByRole('alert')).textContent).toContain('already something');
  });

  it('stand for a run that is not done: the newest is evaluated', async () => {
    opened = renderWindow(<RunHeader run={detail('3B v7')} />);
    expect(screen.queryByRole('button', { name: 'Export merged…' })).toBeNull();
    fireEvent.click(await screen.findByRole('button', { name: 'Evaluate…' }));
    expect(useEvaluateDialog.getState().origin?.subject).toMatch(/^run-3b-v7@738$/);
  });
});

describe('a run that did not pass its smoke test', () => {
  const refusedRun = () => {
    const run = new FixtureLab('gpu').runs.find(({ id }) => id === 'run-3b-first');
    if (run === undefined) throw new Error('no such run');
    return detailOf(run);
  };
  const state = (id: string) => opened?.fixture.jobs.find((job) => job.id === id)?.state;

  it('says why its evaluations were not started, and evaluates nevertheless', async () => {
    opened = renderWindow(<RunEvaluations run={refusedRun()} />, { scenario: 'gpu' });
    const panel = await screen.findByRole('region', { name: 'Evaluations' });
    expect(panel.textContent).toContain('2 evaluations of the tuned model were not started.');
    expect(panel.textContent).toContain('expected it ends with "stop"; found length');
    expect(panel.textContent).not.toContain('said: console.log');
    const look = within(panel).getByRole('link', { name: 'Look at its answer' });
    expect(look.getAttribute('href')).toBe('/smoke/smoke1');
    fireEvent.click(within(panel).getByRole('button', { name: 'Evaluate nevertheless' }));
    await waitFor(() => expect(state('job-eval-refused-standard')).toBe('queued'));
    await waitFor(() => expect(state('job-eval-refused-semantic')).toBe('queued'));
    expect(state('job-smoke1')).toBe('failed');
  });

  it('is asked again', async () => {
    opened = renderWindow(<RunEvaluations run={refusedRun()} />, { scenario: 'gpu' });
    fireEvent.click(await screen.findByRole('button', { name: 'Ask again' }));
    await waitFor(() => expect(state('job-smoke1')).toBe('running'));
  });
});

describe('the log', () => {
  it('shows the state in which a progress bar left its line', () => {
    expect([lastState('a\rb\rc'), lastState('done\r'), lastState('plain')]).toEqual([
      'c',
      'done',
      'plain',
    ]);
  });

  it('is read on from where it was', async () => {
    const { fixture, lab: connected, close } = connectFixture('busy');
    const reader = new LogReader(connected.client, 'run-3b-v7');
    await reader.read();
    const before = reader.lines.length;
    fixture.tick(5);
    await reader.read();
    expect(reader.lines.length).toBe(before + 5);
    close();
  });
});
