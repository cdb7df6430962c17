import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { offerOf } from '../../../../tests/fixtures/window/models';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { useDrafts } from '../editor/draft-store';
import { ChooseCorpusDialog } from './choose-corpus-dialog';
import { GetModelDialog, splitSource } from './get-model-dialog';
import { InstallDialog } from './install-dialog';
import { ModelOfferView } from './model-offer';

let opened: FixtureWindow | undefined;
beforeEach(() => useDrafts.setState({ drafts: {} }));
afterEach(() => {
  opened?.close();
  opened = undefined;
  cleanup();
});

const nothing = (): void => {};

describe('getting a model', () => {
  it('shows size, licence and place before anything is downloaded', async () => {
    opened = renderWindow(
      <GetModelDialog source="Qwen/Qwen2.5-Coder-3B-Instruct" onClose={nothing} />,
      { scenario: 'gpu' },
    );
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText('qwen-research');
    expect(dialog.textContent).toContain('2.4\u202fGB already here');
    expect(dialog.textContent).toContain('/models/Qwen/Qwen2.5-Coder-3B-Instruct');
    expect(opened.fixture.jobs.filter(({ kind }) => kind === 'download')).toHaveLength(2);
    fireEvent.click(within(dialog).getByRole('button', { name: /^Go on with the download/ }));
    await waitFor(() =>
      expect(opened?.fixture.jobs.filter(({ kind }) => kind === 'download')).toHaveLength(3),
    );
  });

  it('asks for a name first when none is given, and shows what the hub says of it', async () => {
    opened = renderWindow(<GetModelDialog source={null} onClose={nothing} />, { scenario: 'gpu' });
    const field = await screen.findByRole('textbox', { name: 'Model' });
    fireEvent.change(field, { target: { value: 'nobody/nothing' } });
    fireEvent.click(screen.getByRole('button', { name: 'Look' }));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The hub has no model nobody/nothing.');
  });

  it('warns of a gate and of a disk that is too small', () => {
    const offer = offerOf('Qwen/Qwen2.5-Coder-7B-Instruct', 'gpu');
    if (offer === null) throw new Error('no offer');
    opened = renderWindow(
      <ModelOfferView offer={{ ...offer, gated: true }} lackingBytes={3_000_000_000} />,
    );
    expect(screen.getByText(/This model is gated/)).toBeTruthy();
    expect(screen.getByRole('alert').textContent).toContain('too small by 3.0');
  });

  it('reads a revision after an @', () => {
    expect([splitSource('owner/name'), splitSource(' owner/name@v1 ')]).toEqual([
      { source: 'owner/name', revision: 'main' },
      { source: 'owner/name', revision: 'v1' },
    ]);
  });
});

describe('installing an environment', () => {
  it('says what would come and how large, then follows the installation', async () => {
    opened = renderWindow(<InstallDialog name="torch-rocm" repair={false} onClose={nothing} />, {
      scenario: 'first-start',
    });
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText("PyTorch's ROCm 6.4 index");
    expect(dialog.textContent).toContain('4.3GB');
    fireEvent.click(within(dialog).getByRole('button', { name: /^Install \(4\.3/ }));
    expect(
      await screen.findByRole('progressbar', { name: 'Progress of install torch-rocm' }),
    ).toBeTruthy();
  });
});

describe('choosing a corpus', () => {
  it('trains with another one, for this time only', async () => {
    opened = renderWindow(<ChooseCorpusDialog preset="1.5b-v7" onClose={nothing} />, {
      scenario: 'gpu',
    });
    const file = await screen.findByRole('textbox', { name: 'File' });
    fireEvent.change(file, { target: { value: '/data/mine.jsonl' } });
    fireEvent.click(screen.getByRole('button', { name: 'Train with it' }));
    await waitFor(() =>
      expect(opened?.fixture.runs[0]?.overrides).toEqual({ corpus: '/data/mine.jsonl' }),
    );
  });

  it('puts it into the preset as a change that is not saved yet', async () => {
    opened = renderWindow(<ChooseCorpusDialog preset="3b-long" onClose={nothing} />, {
      scenario: 'gpu',
    });
    const file = await screen.findByRole('textbox', { name: 'File' });
    const train = screen.getByRole<HTMLButtonElement>('button', { name: 'Train with it' });
    fireEvent.change(file, { target: { value: '/data/mine.jsonl' } });
    // Its model is not here either.
    expect(train.disabled).toBe(true);
    fireEvent.click(screen.getByRole('button', { name: 'Put it into the preset…' }));
    expect(opened.history.at(-1)).toBe('/presets/3b-long');
    expect(useDrafts.getState().drafts['3b-long']?.preset.corpus).toBe('/data/mine.jsonl');
  });
});
