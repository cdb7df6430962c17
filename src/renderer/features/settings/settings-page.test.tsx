import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { environmentsOf } from '../../../../tests/fixtures/window/environments';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { OfferDialogs } from '../offers/offer-dialogs';
import { useOffers } from '../offers/offer-store';
import { DevicesPanel } from './devices-panel';
import { EnvironmentsPanel, neededFirst } from './environments-panel';
import { ModelsPanel } from './models-panel';

let opened: FixtureWindow | undefined;
afterEach(() => {
  useOffers.getState().close();
  opened?.close();
  opened = undefined;
  cleanup();
});

describe('devices', () => {
  it('are looked for again', async () => {
    opened = renderWindow(<DevicesPanel />, { scenario: 'gpu' });
    const list = await screen.findByRole('list', { name: 'Devices' });
    expect(within(list).getAllByRole('listitem')).toHaveLength(4);
    expect(list.textContent).toContain('sudo apt install nvidia-driver-570');
    fireEvent.click(screen.getByRole('button', { name: 'Look again' }));
    await waitFor(() => expect(opened?.fixture.detections).toBe(1));
  });
});

describe('environments', () => {
  it('are installed with what comes shown first, and real progress', async () => {
    opened = renderWindow(
      <>
        <EnvironmentsPanel />
        <OfferDialogs />
      </>,
      { scenario: 'first-start' },
    );
    fireEvent.click(await screen.findByRole('button', { name: 'Install torch-rocm' }));
    const dialog = await screen.findByRole('dialog');
    fireEvent.click(await within(dialog).findByRole('button', { name: /^Install \(/ }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await screen.findByRole('progressbar', { name: 'Progress of install torch-rocm' });
    opened.fixture.tick(60);
    await opened.lab.queryClient.invalidateQueries();
    const check = await screen.findByRole('button', { name: 'Check torch-rocm' });
    fireEvent.click(check);
    const checks = await screen.findByRole('list', { name: 'Checks' });
    expect(checks.textContent).toContain('forward and backward agree with the CPU');
  });

  it('say what is wrong with one that does not work', async () => {
    opened = renderWindow(<EnvironmentsPanel />, { scenario: 'gpu' });
    const list = await screen.findByRole('list', { name: 'Python environments' });
    expect(list.textContent).toContain('its kernels write zeros');
    fireEvent.click(screen.getByRole('button', { name: 'Repair torch-cuda' }));
    expect(useOffers.getState().offer).toMatchObject({ environment: 'torch-cuda', repair: true });
  });

  it('that a device here needs come first', () => {
    expect(neededFirst([...environmentsOf('mac')].reverse()).map(({ name }) => name)).toEqual([
      'torch-cpu',
      'mlx',
      'torch-rocm',
      'torch-cuda',
    ]);
  });
});

describe('models', () => {
  it('are added as folders, refused with the reason, and forgotten', async () => {
    opened = renderWindow(<ModelsPanel />, { scenario: 'gpu' });
    fireEvent.click(await screen.findByRole('button', { name: 'Add a folder' }));
    const dialog = await screen.findByRole('dialog', { name: 'Add a model folder' });
    const folder = within(dialog).getByRole('textbox', { name: 'Folder' });
    fireEvent.change(folder, { target: { value: 'nowhere' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add' }));
    expect((await within(dialog).findByRole('alert')).textContent).toContain('no such folder');
    fireEvent.change(folder, { target: { value: '/data/mine' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Forget /data/mine' }));
    await waitFor(() =>
      expect(opened?.fixture.models.some(({ source }) => source === '/data/mine')).toBe(false),
    );
  });

  it('say why one cannot be used', async () => {
    opened = renderWindow(<ModelsPanel />, { scenario: 'gpu' });
    const list = await screen.findByRole('list', { name: 'Base models' });
    expect(list.textContent).toContain('pickled files');
  });
});
