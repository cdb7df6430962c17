import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { useDrafts } from '../editor/draft-store';
import { OfferDialogs } from '../offers/offer-dialogs';
import { useOffers } from '../offers/offer-store';
import { PresetCards } from './preset-cards';

let opened: FixtureWindow | undefined;
beforeEach(() => {
  useDrafts.setState({ drafts: {} });
});
afterEach(() => {
  useOffers.getState().close();
  opened?.close();
  opened = undefined;
  cleanup();
});

function draw(scenario: 'gpu' | 'first-start' | 'busy'): FixtureWindow {
  opened = renderWindow(
    <>
      <PresetCards firstTime={false} />
      <OfferDialogs />
    </>,
    { scenario },
  );
  return opened;
}

const card = (name: string) => screen.findByRole('article', { name });

async function menu(title: string): Promise<HTMLElement> {
  fireEvent.click(await screen.findByRole('button', { name: `More for ${title}` }));
  return screen.findByRole('menu');
}

describe('a preset card', () => {
  it('says whether it fits, and how long it takes and how that is known', async () => {
    draw('gpu');
    expect((await card('1.5B v7')).textContent).toMatch(/fits: [\d.]+ of 16 GB/);
    expect((await card('1.5B v7')).textContent).toMatch(/about .* rehearsed/);
    expect((await card('Starter')).textContent).toContain('measured');
    expect((await card('7B v7')).textContent).toContain('estimated');
  });

  it('names the nearest change when it does not fit', async () => {
    draw('gpu');
    const text = (await card('14B try')).textContent;
    expect(text).toContain('does not fit');
    expect(text).toContain('Nearest change: Gradient checkpointing');
  });

  it('gets a model: offer, download, progress on the card, then it can train', async () => {
    const { fixture, lab } = draw('busy');
    const seven = await card('7B v7');
    fireEvent.click(within(seven).getByRole('button', { name: 'Get model for 7B v7' }));
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText('apache-2.0');
    expect(dialog.textContent).toContain('15.2GB in 10 files');
    fireEvent.click(within(dialog).getByRole('button', { name: /^Start the download/ }));
    await within(seven).findByRole('progressbar', { name: /^Progress of download/ });
    fixture.tick(10);
    await lab.queryClient.invalidateQueries();
    expect(await within(seven).findByText(/3\.0 of 15\.2 GB/)).toBeTruthy();
    fixture.tick(50);
    await lab.queryClient.invalidateQueries();
    await within(seven).findByRole('button', { name: 'Train 7B v7' });
  });

  it('cancels a download from the card', async () => {
    const { fixture } = draw('gpu');
    const seven = await card('7B v7');
    fireEvent.click(await within(seven).findByRole('button', { name: /^Cancel download/ }));
    await waitFor(() =>
      expect(fixture.jobs.some((job) => job.kind === 'download' && job.state === 'running')).toBe(
        false,
      ),
    );
  });

  it('shows a download that failed, with what to do and a way to try again', async () => {
    const { fixture } = draw('gpu');
    const three = await card('3B v7');
    const alert = await within(three).findByRole('alert');
    expect(alert.textContent).toContain('it goes on where it was cut off');
    fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    await waitFor(() =>
      expect(fixture.jobs.find((job) => job.id === 'job-broken')?.state).toBe('running'),
    );
  });

  it('offers the environment and the corpus that are missing', async () => {
    draw('first-start');
    const three = await card('3B v7');
    const missing = within(three).getByRole('list', { name: 'What is missing' });
    expect(within(missing).getAllByRole('listitem')).toHaveLength(3);
    const install = within(three).getByRole('button', { name: 'Install torch-rocm for 3B v7' });
    const corpus = within(three).getByRole('button', { name: 'Choose corpus for 3B v7' });
    fireEvent.click(corpus);
    expect(useOffers.getState().offer).toEqual({ kind: 'corpus', preset: '3b-v7' });
    fireEvent.click(install);
    expect(useOffers.getState().offer).toMatchObject({
      kind: 'install',
      environment: 'torch-rocm',
    });
  });

  it('deletes only what the user made, after asking', async () => {
    const { fixture } = draw('gpu');
    const shipped = await menu('Starter');
    expect(within(shipped).queryByRole('menuitem', { name: 'Delete…' })).toBeNull();
    fireEvent.keyDown(shipped, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
    fireEvent.click(within(await menu('14B try')).getByRole('menuitem', { name: 'Delete…' }));
    const dialog = await screen.findByRole('alertdialog');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Delete' }));
    await waitFor(() =>
      expect(fixture.presets.some(({ preset }) => preset.name === '14b-try')).toBe(false),
    );
  });

  it('is duplicated as a draft and rehearsed from its menu', async () => {
    const { fixture, history } = draw('gpu');
    fireEvent.click(within(await menu('3B v7')).getByRole('menuitem', { name: 'Rehearse' }));
    await waitFor(() => expect(fixture.rehearsals[0]?.preset).toBe('3b-v7'));
    await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
    fireEvent.click(within(await menu('3B v7')).getByRole('menuitem', { name: 'Duplicate' }));
    await waitFor(() => expect(history.at(-1)).toBe('/presets/3b-v7-copy'));
    expect(useDrafts.getState().drafts['3b-v7-copy']?.preset.title).toBe('3B v7 copy');
  });

  it('imports a file as a draft and names what cannot be read in another', async () => {
    const { history } = draw('gpu');
    const input = await screen.findByLabelText('Preset file');
    const good = new File(
      ['schemaVersion: 1\nname: shared\ntitle: Shared\nmodel: starter\ncorpus: starter\n'],
      'shared.yaml',
    );
    fireEvent.change(input, { target: { files: [good] } });
    await waitFor(() => expect(history.at(-1)).toBe('/presets/shared'));
    expect(useDrafts.getState().drafts.shared?.preset.title).toBe('Shared');
  });
});
