import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { LabPage } from '../lab/lab-page';

let opened: FixtureWindow | undefined;
afterEach(() => {
  opened?.close();
  opened = undefined;
  cleanup();
});

describe('the first start', () => {
  it('says what was found and what will be installed, and offers one button', async () => {
    opened = renderWindow(<LabPage />, { scenario: 'first-start' });
    const found = await screen.findByRole('list', { name: 'Devices found' });
    expect(found.textContent).toContain('Radeon RX 7900 GRE');
    const install = await screen.findByRole('button', { name: /^Install 4\.3/ });
    expect(screen.getAllByRole('button')).toEqual([install]);
    expect(screen.queryByRole('article')).toBeNull();
  });

  it('ends with the starter that glows, and nothing else that does', async () => {
    opened = renderWindow(<LabPage />, { scenario: 'first-start' });
    fireEvent.click(await screen.findByRole('button', { name: /^Install 4\.3/ }));
    await screen.findByRole('progressbar', { name: 'Progress of install torch-rocm' });
    opened.fixture.tick(60);
    await opened.lab.queryClient.invalidateQueries();
    const starter = await screen.findByRole('article', { name: 'Starter' });
    await waitFor(() => expect(starter.className).toContain('animate-glow'));
    const glowing = screen
      .getAllByRole('article')
      .filter((card) => card.className.includes('animate-glow'));
    expect(glowing).toEqual([starter]);
  });

  it('is not shown where the environment is there', async () => {
    opened = renderWindow(<LabPage />, { scenario: 'empty' });
    await screen.findByRole('button', { name: 'Train Starter' });
    expect(screen.queryByText('Set up this machine')).toBeNull();
  });
});
