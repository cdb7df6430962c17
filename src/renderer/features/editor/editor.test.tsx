import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { useDrafts } from './draft-store';
import { EditorPage, NewPresetPage } from './editor-page';

let opened: FixtureWindow | undefined;
beforeEach(() => useDrafts.setState({ drafts: {} }));
afterEach(() => {
  opened?.close();
  opened = undefined;
  cleanup();
});

const type = (label: string, value: string): void => {
  fireEvent.change(screen.getByRole('textbox', { name: label }), { target: { value } });
};

async function openEditor(name: string): Promise<void> {
  opened = renderWindow(<EditorPage name={name} />, { scenario: 'gpu', path: `/presets/${name}` });
  // Many fields are drawn at once; on a busy machine that takes its time.
  await screen.findByRole('status', { name: 'Fit' }, { timeout: 10_000 });
}

const verdict = (): string => screen.getByRole('status', { name: 'Fit' }).textContent ?? '';

describe('the preset editor', () => {
  it('predicts again what follows from a typed value', async () => {
    await openEditor('1.5b-v7');
    const before = verdict();
    type('Rank', '256');
    await waitFor(() => expect(verdict()).not.toBe(before));
    expect(screen.getByText('Not saved')).toBeTruthy();
  });

  it('says at the field what it takes, keeps the text, and lets nothing be saved', async () => {
    await openEditor('1.5b-v7');
    type('Rank', '9.5');
    const rank = screen.getByRole<HTMLInputElement>('textbox', { name: 'Rank' });
    expect(rank.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText('A whole number from 1 to 1024.')).toBeTruthy();
    expect(rank.value).toBe('9.5');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true);
  });

  it('makes it fit with one of the nearest changes', async () => {
    await openEditor('14b-try');
    expect(verdict()).toContain('does not fit');
    const changes = screen.getByRole('region', { name: 'Changes that would make it fit' });
    const [first] = within(changes).getAllByRole('button');
    if (first === undefined) throw new Error('no change');
    fireEvent.click(first);
    await waitFor(() => expect(verdict()).toMatch(/^(fits|tight)/));
    expect(useDrafts.getState().drafts['14b-try']?.preset.batch.gradientCheckpointing).toBe(true);
  });

  it('saves a preset that ships as a copy', async () => {
    await openEditor('3b-v7');
    type('Alpha', '64');
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    const dialog = await screen.findByRole('dialog', { name: 'Save the preset as' });
    const name = within(dialog).getByRole<HTMLInputElement>('textbox', { name: 'Name' });
    expect(name.value).toBe('3b-v7-copy');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(opened?.history.at(-1)).toBe('/presets/3b-v7-copy'));
    const saved = opened?.fixture.presets.find((kept) => kept.preset.name === '3b-v7-copy');
    expect([saved?.source, saved?.preset.adapter.alpha]).toEqual(['user', 64]);
    expect(useDrafts.getState().drafts).toEqual({});
  });

  it("writes over a user's own preset and trains it", async () => {
    await openEditor('14b-try');
    type('Seed', '7');
    const runs = opened?.fixture.runs.length ?? 0;
    fireEvent.click(screen.getByRole('button', { name: 'Save and train' }));
    await waitFor(() => expect(opened?.fixture.runs).toHaveLength(runs + 1));
    const saved = opened?.fixture.presets.find((kept) => kept.preset.name === '14b-try');
    expect(saved?.preset.seed).toBe(7);
  });

  it('keeps unsaved changes for the next time, until they are discarded', async () => {
    await openEditor('14b-try');
    type('Epochs', '5');
    opened?.close();
    cleanup();
    await openEditor('14b-try');
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Epochs was 3' }).value).toBe('5');
    fireEvent.click(screen.getByRole('button', { name: 'Discard' }));
    const dialog = await screen.findByRole('alertdialog', { name: 'Discard the changes?' });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(useDrafts.getState().drafts).toEqual({}));
    const epochs = screen.getByRole<HTMLInputElement>('textbox', { name: 'Epochs', hidden: true });
    expect(epochs.value).toBe('3');
  });

  it('takes changes of the file back into the form and names the line of a mistake', async () => {
    await openEditor('14b-try');
    fireEvent.click(screen.getByRole('button', { name: 'YAML' }));
    const box = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Preset as YAML' });
    const { value } = box;
    const line = value.split('\n').findIndex((text) => text.includes('rank: 16')) + 1;
    fireEvent.change(box, { target: { value: value.replace('rank: 16', 'rank: 0') } });
    const problems = await screen.findByRole('list', { name: 'Problems' });
    expect(problems.textContent).toContain(`line ${line}: adapter.rank`);
    fireEvent.change(box, { target: { value: value.replace('rank: 16', 'rank: [16') } });
    // What cannot be read is kept, and cannot be saved.
    await waitFor(
      () => expect(useDrafts.getState().drafts['14b-try']?.invalid.yaml).toContain('rank: [16'),
      { timeout: 3000 },
    );
    expect(screen.getByRole('list', { name: 'Problems' }).textContent).toMatch(/^line \d+: Flow/);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save' }).disabled).toBe(true);
    fireEvent.change(box, { target: { value: value.replace('rank: 16', 'rank: 24') } });
    await waitFor(
      () => expect(useDrafts.getState().drafts['14b-try']?.preset.adapter.rank).toBe(24),
      { timeout: 3000 },
    );
  });

  it('takes a saved smoke test before the evaluations, and says when it is not here', async () => {
    await openEditor('14b-try');
    const choice = screen.getByRole('combobox', { name: 'Smoke test before the evaluations' });
    await waitFor(() => expect(choice.textContent).toBe('no smoke test'));
    fireEvent.click(choice);
    const option = await screen.findByRole('option', { name: /^counts/ });
    expect(option.textContent).toContain('Print the numbers from 1 to 3. · no leaked turns');
    fireEvent.pointerDown(option, { pointerType: 'mouse' });
    fireEvent.click(option, { detail: 1 });
    const draft = () => useDrafts.getState().drafts['14b-try'];
    await waitFor(() => expect(draft()?.preset.smoke).toBe('counts'));
    fireEvent.click(screen.getByRole('button', { name: 'YAML' }));
    const box = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Preset as YAML' });
    await waitFor(() => expect(box.value).toContain('smoke: counts'));
    fireEvent.change(box, { target: { value: box.value.replace('smoke: counts', 'smoke: gone') } });
    await waitFor(() => expect(draft()?.preset.smoke).toBe('gone'), { timeout: 3000 });
    fireEvent.click(screen.getByRole('button', { name: 'Form' }));
    expect(await screen.findByText(/no saved smoke test “gone”/)).toBeTruthy();
  });

  it('rehearses the draft and shows measured against predicted', async () => {
    await openEditor('14b-try');
    fireEvent.click(screen.getByRole('button', { name: 'Rehearse' }));
    await screen.findByRole('progressbar', { name: 'Progress of rehearse 14B try' });
    opened?.fixture.tick(60);
    await opened?.lab.queryClient.invalidateQueries();
    expect(await screen.findByText('Measured against predicted: +4.3 %')).toBeTruthy();
  });

  it('begins a new preset under a free name', async () => {
    opened = renderWindow(<NewPresetPage />, { scenario: 'gpu', path: '/presets/new' });
    await waitFor(() => expect(opened?.history.at(-1)).toBe('/presets/my-preset'));
    const draft = useDrafts.getState().drafts['my-preset'];
    expect([draft?.preset.model, draft?.preset.corpus]).toEqual([
      'Qwen/Qwen2.5-Coder-1.5B-Instruct',
      'synoema@v7',
    ]);
  });

  it('forgets a new preset in which nothing was typed, and keeps one with a change', async () => {
    for (const typed of [false, true]) {
      opened = renderWindow(<NewPresetPage />, { scenario: 'gpu', path: '/presets/new' });
      await waitFor(() => expect(useDrafts.getState().drafts['my-preset']).toBeDefined());
      opened.close();
      cleanup();
      await openEditor('my-preset');
      if (typed) type('Seed', '9');
      opened.close();
      cleanup();
      await waitFor(() =>
        expect(useDrafts.getState().drafts['my-preset']?.preset.seed).toBe(typed ? 9 : undefined),
      );
    }
  });
});
