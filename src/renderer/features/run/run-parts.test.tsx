import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { FixtureLab } from '../../../../tests/fixtures/window/lab';
import {
  connectFixture,
  type FixtureWindow,
  renderWindow,
} from '../../../../tests/fixtures/window/render';
import { detailOf } from '../../../../tests/fixtures/window/runs';
import { LogReader, lastState } from './log-reader';
import { RenameDialog } from './rename-dialog';
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
