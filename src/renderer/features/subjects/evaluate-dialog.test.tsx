import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { EvaluateDialog } from './evaluate-dialog';
import { type EvaluateOrigin, useEvaluateDialog } from './evaluate-store';

let opened: FixtureWindow | undefined;
afterEach(() => {
  useEvaluateDialog.getState().close();
  opened?.close();
  opened = undefined;
  cleanup();
});

async function open(
  origin: EvaluateOrigin = { subject: null },
  scenario: 'busy' | 'gpu' | 'empty' = 'busy',
): Promise<HTMLElement> {
  opened = renderWindow(<EvaluateDialog />, { scenario });
  useEvaluateDialog.getState().open(origin);
  const dialog = await screen.findByRole('dialog', { name: /^Evaluate/ });
  await within(dialog).findByRole('checkbox', { name: 'standard' });
  return dialog;
}

const kind = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const tick = (name: string) => fireEvent.click(screen.getByRole('checkbox', { name }));
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
/** As a mouse does it; a bare click on an option is taken for a slip. */
function pick(option: HTMLElement | undefined): void {
  if (option === undefined) throw new Error('There is no such option.');
  fireEvent.pointerDown(option, { pointerType: 'mouse' });
  fireEvent.click(option, { detail: 1 });
}
const submit = (): HTMLButtonElement =>
  screen.getByRole<HTMLButtonElement>('button', { name: /^Evaluate( on \d+ benchmarks)?$/ });

describe('the evaluate dialog', () => {
  it('queues the reference with what was typed, and opens the evaluation', async () => {
    await open();
    kind('Reference');
    expect(submit().disabled).toBe(true);
    tick('starter');
    type('Repeats', '3');
    type('Temperature', '0,3');
    type('Top-k', '50');
    type('Penalty window', '64');
    type('Seed', '7');
    fireEvent.click(submit());
    await waitFor(() => expect(opened?.history.at(-1)).toBe('/evaluations/eval-new-1'));
    expect(opened?.fixture.enqueued).toEqual([
      {
        ...{ subject: 'reference', benchmark: 'starter', repeats: 3, allowUnsandboxed: false },
        ...{ temperature: 0.3, topK: 50, repetitionWindow: 64, seed: 7 },
      },
    ]);
    expect(useEvaluateDialog.getState().origin).toBeNull();
  });

  it('leaves to the lab what nobody typed', async () => {
    await open({ subject: 'base:starter', benchmark: 'starter' });
    expect(screen.getByRole('dialog', { name: 'Evaluate base starter' })).toBeTruthy();
    fireEvent.click(submit());
    await waitFor(() => expect(opened?.fixture.enqueued).toHaveLength(1));
    expect(opened?.fixture.enqueued[0]).toEqual({
      ...{ subject: 'base:starter', benchmark: 'starter', repeats: 1, allowUnsandboxed: false },
    });
  });

  it('says at each value what the terminal would say, and queues nothing', async () => {
    await open({ subject: 'reference', benchmark: 'starter' });
    for (const [label, value, said] of [
      ['Temperature', '-1', 'expected number to be >=0'],
      ['Top-p', '1.5', 'expected number to be <=1'],
      ['Repeats', '1.5', 'expected int'],
      ['Most tokens', 'many', '“many” is no number.'],
    ] as const) {
      type(label, value);
      expect(screen.getByRole('dialog').textContent).toContain(said);
      expect(submit().disabled).toBe(true);
      type(label, '');
      expect(submit().disabled).toBe(false);
    }
  });

  it('queues several benchmarks and shows their jobs', async () => {
    await open({ subject: 'reference' });
    tick('starter');
    tick('standard');
    fireEvent.click(submit());
    await screen.findByText('2 evaluations in the queue, one after the other.');
    const list = screen.getByRole('list', { name: 'Queued evaluations' });
    const links = await within(list).findAllByRole('link');
    expect(links.map((link) => link.getAttribute('href'))).toEqual([
      '/evaluations/eval-new-1',
      '/evaluations/eval-new-2',
    ]);
    await waitFor(() => expect(list.textContent).toContain('its turn'));
  });

  it('keeps in the queue what was taken when a later benchmark is refused', async () => {
    const dialog = await open({ subject: 'reference' }, 'gpu');
    tick('standard');
    tick('semantic');
    fireEvent.click(submit());
    const card = await within(dialog).findByRole('alert');
    expect(card.textContent).toContain('"semantic" cannot be judged here');
    const taken = screen.getByRole<HTMLInputElement>('checkbox', { name: 'standard' });
    expect([taken.checked, taken.disabled]).toEqual([true, true]);
    // What is queued is not queued again.
    tick('semantic');
    tick('starter');
    expect(within(dialog).queryByRole('alert')).toBeNull();
    fireEvent.click(submit());
    await screen.findByText('2 evaluations in the queue, one after the other.');
    expect(opened?.fixture.enqueued.map(({ benchmark }) => benchmark)).toEqual([
      'standard',
      'starter',
    ]);
  });

  it('takes an agent loop with its rounds, but not of answers that are there already', async () => {
    await open({ subject: 'base:starter', benchmark: 'starter' });
    fireEvent.click(screen.getByRole('switch', { name: 'Agent loop' }));
    type('Rounds', '21');
    expect(submit().disabled).toBe(true);
    type('Rounds', '5');
    fireEvent.click(screen.getByRole('switch', { name: 'All gates' }));
    kind('Replay');
    expect(screen.queryByRole('switch', { name: 'Agent loop' })).toBeNull();
    expect(screen.getByText(/cannot be asked to mend them/)).toBeTruthy();
    kind('Base model');
    fireEvent.click(submit());
    await waitFor(() =>
      expect(opened?.fixture.enqueued[0]).toMatchObject({
        subject: 'agent:base:starter',
        rounds: 5,
        allGates: true,
      }),
    );
  });

  it('offers of a run its adapter, its merged models and its checkpoints', async () => {
    const { fixture } = await withExport('run-starter-4');
    await screen.findByRole('dialog', { name: 'Evaluate Starter 4' });
    fireEvent.click(screen.getByRole('combobox', { name: 'Weights' }));
    const options = await screen.findAllByRole('option');
    expect(options.map(({ textContent }) => textContent)).toEqual([
      'finished adapter',
      'merged model',
      'checkpoint at step 240',
      'checkpoint at step 160',
      'checkpoint at step 80',
    ]);
    pick(options.at(-1));
    await screen.findByRole('dialog', { name: 'Evaluate Starter 4, checkpoint at step 80' });
    fireEvent.click(submit());
    await waitFor(() => expect(fixture.enqueued[0]?.subject).toBe('run-starter-4@80'));
  });

  it('takes of a run that is not done its newest checkpoint', async () => {
    await open({ subject: null, benchmark: 'starter' });
    const field = screen.getByRole('combobox', { name: 'Run' });
    fireEvent.input(field, { target: { value: '3b V7' }, inputType: 'insertText' });
    pick(await screen.findByRole('option', { name: /^3B v7/ }));
    await screen.findByRole('dialog', { name: /^Evaluate 3B v7, checkpoint at step \d+$/ });
    fireEvent.click(submit());
    await waitFor(() => expect(opened?.fixture.enqueued[0]?.subject).toMatch(/^run-3b-v7@\d+$/));
  });

  it('wants the whole path of a file', async () => {
    await open({ subject: null, benchmark: 'starter' });
    kind('GGUF file');
    type('File', 'model.gguf');
    expect(screen.getByText('A whole path, from the root on.')).toBeTruthy();
    type('File', '/models/model-q8_0.gguf');
    fireEvent.click(submit());
    await waitFor(() =>
      expect(opened?.fixture.enqueued[0]?.subject).toBe('gguf:/models/model-q8_0.gguf'),
    );
  });

  it('says that nothing has been trained or added yet', async () => {
    const dialog = await open({ subject: null }, 'empty');
    expect(dialog.textContent).toContain('Nothing has been trained yet.');
    kind('Endpoint');
    expect((await screen.findByText(/No endpoint yet/)).textContent).toContain('settings');
  });
});

/** The dialog for a run of which a merged model was exported. */
async function withExport(runId: string): Promise<FixtureWindow> {
  const window = renderWindow(<EvaluateDialog />, { scenario: 'busy' });
  opened = window;
  const { jobId } = await window.lab.client.exports.start({ runId, to: 'merged' });
  window.fixture.replaceJob(jobId, { state: 'done' });
  useEvaluateDialog.getState().open({ subject: runId, benchmark: 'starter' });
  return window;
}
