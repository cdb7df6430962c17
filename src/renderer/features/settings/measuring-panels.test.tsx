import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { BenchmarksPanel } from './benchmarks-panel';
import { EndpointsPanel } from './endpoints-panel';

let opened: FixtureWindow | undefined;
afterEach(() => {
  opened?.close();
  opened = undefined;
  cleanup();
});

const type = (dialog: HTMLElement, name: string, value: string) =>
  fireEvent.change(within(dialog).getByLabelText(name), { target: { value } });

describe('benchmarks', () => {
  it('are imported, and the line that is wrong is named in the dialog', async () => {
    opened = renderWindow(<BenchmarksPanel />, { scenario: 'gpu' });
    fireEvent.click(await screen.findByRole('button', { name: 'Import' }));
    const dialog = await screen.findByRole('dialog', { name: 'Import a benchmark' });
    type(dialog, 'File or folder', '/data/broken.txt');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Import' }));
    expect((await within(dialog).findByRole('alert')).textContent).toContain('broken.txt:3');
    type(dialog, 'File or folder', '/data/set.jsonl');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Import' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('have their references checked from here', async () => {
    opened = renderWindow(<BenchmarksPanel />, { scenario: 'gpu' });
    const check = await screen.findByRole('button', { name: 'Check the references of starter' });
    fireEvent.click(check);
    await waitFor(() => expect(opened?.history.at(-1)).toBe('/evaluations/eval-going'));
  });
});

describe('endpoints', () => {
  it('are added with a key that is never shown, tested, evaluated and removed', async () => {
    opened = renderWindow(<EndpointsPanel />, { scenario: 'gpu' });
    fireEvent.click(await screen.findByRole('button', { name: 'Add' }));
    const dialog = await screen.findByRole('dialog', { name: 'Add an endpoint' });
    const add = within(dialog).getByRole('button', { name: 'Add' });
    expect(add.hasAttribute('disabled')).toBe(true);
    type(dialog, 'Name', 'Not A Name');
    expect(dialog.textContent).toContain('lower-case letters');
    type(dialog, 'Name', 'mine');
    type(dialog, 'Model', 'tiny');
    type(dialog, 'Key', 'secret');
    expect(within(dialog).getByLabelText('Key').getAttribute('type')).toBe('password');
    fireEvent.click(add);
    const list = await screen.findByRole('list', { name: 'Endpoints' });
    expect(list.textContent).toContain('key in the keychain');
    fireEvent.click(within(list).getByRole('button', { name: 'Test mine' }));
    expect((await within(list).findByRole('status')).textContent).toContain('tiny answers.');
    fireEvent.click(within(list).getByRole('button', { name: 'Evaluate mine' }));
    fireEvent.click(
      within(await screen.findByRole('dialog', { name: 'Evaluate mine' })).getByRole('button', {
        name: 'Cancel',
      }),
    );
    fireEvent.click(within(list).getByRole('button', { name: 'Remove mine' }));
    await screen.findByText('No endpoint yet.');
  });

  it('that do not answer say why and what to do', async () => {
    opened = renderWindow(<EndpointsPanel />, { scenario: 'gpu' });
    fireEvent.click(await screen.findByRole('button', { name: 'Add' }));
    const dialog = await screen.findByRole('dialog', { name: 'Add an endpoint' });
    type(dialog, 'Name', 'down');
    type(dialog, 'Model', 'tiny');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Add' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Test down' }));
    expect((await screen.findByRole('status')).textContent).toMatch(/Nothing answers.*Start/);
  });
});
