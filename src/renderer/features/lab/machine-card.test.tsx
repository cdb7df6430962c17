import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { useOffers } from '../offers/offer-store';
import { MachineCard } from './machine-card';
import { PresetCards } from './preset-cards';

let opened: FixtureWindow | undefined;
afterEach(() => {
  useOffers.getState().close();
  opened?.close();
  opened = undefined;
  cleanup();
});

async function choose(device: RegExp): Promise<void> {
  fireEvent.click(await screen.findByRole('button', { name: /devices: choose one$/ }));
  fireEvent.click(await screen.findByRole('menuitemcheckbox', { name: device }));
}

describe('the machine card', () => {
  it('shows the chosen device and what it does now', async () => {
    opened = renderWindow(<MachineCard />, { scenario: 'busy' });
    const card = await screen.findByRole('region', { name: 'Radeon RX 7900 GRE' });
    expect(card.textContent).toContain('ROCm 6.4 · gfx1100 · driver 6.10');
    await waitFor(() => expect(card.textContent).toContain('214'));
    expect(card.textContent).toContain('71°C');
    expect(card.textContent).toContain('9.76 / 16.0GiB');
    expect(within(card).getByText('ready')).toBeTruthy();
  });

  it('says why another device cannot train, and the command that fixes it', async () => {
    opened = renderWindow(<MachineCard />, { scenario: 'gpu' });
    await choose(/GeForce/);
    const card = await screen.findByRole('region', { name: 'GeForce RTX 3060' });
    expect(card.textContent).toContain('PyTorch needs 12.6 or newer');
    expect(within(card).getByText('sudo apt install nvidia-driver-570')).toBeTruthy();
    fireEvent.click(within(card).getByRole('button', { name: 'Back to Radeon RX 7900 GRE' }));
    await screen.findByRole('region', { name: 'Radeon RX 7900 GRE' });
  });

  it('sends trainings to the device that was switched to, and predicts for it', async () => {
    opened = renderWindow(
      <>
        <MachineCard />
        <PresetCards firstTime={false} />
      </>,
      { scenario: 'gpu' },
    );
    await choose(/Ryzen/);
    const starter = await screen.findByRole('article', { name: 'Starter' });
    await waitFor(() => expect(starter.textContent).toContain('of 32 GB'));
    fireEvent.click(within(starter).getByRole('button', { name: 'Train Starter' }));
    await waitFor(() => expect(opened?.fixture.trainedOn).toBe('cpu'));
  });

  it("keeps the device for the next window, until somebody goes back to the lab's choice", async () => {
    opened = renderWindow(<MachineCard />, { scenario: 'gpu' });
    await choose(/Ryzen/);
    const { fixture } = opened;
    await waitFor(() => expect(fixture.deviceChoice).toBe('cpu'));
    opened.close();
    opened = renderWindow(<MachineCard />, { scenario: 'gpu', fixture });
    const card = await screen.findByRole('region', { name: /Ryzen/ });
    fireEvent.click(within(card).getByRole('button', { name: 'Back to Radeon RX 7900 GRE' }));
    await waitFor(() => expect(fixture.deviceChoice).toBeNull());
  });

  it('offers the environment that the device needs', async () => {
    opened = renderWindow(<MachineCard />, { scenario: 'first-start' });
    fireEvent.click(await screen.findByRole('button', { name: /^Install/ }));
    expect(useOffers.getState().offer).toEqual({
      kind: 'install',
      environment: 'torch-rocm',
      repair: false,
    });
  });
});
