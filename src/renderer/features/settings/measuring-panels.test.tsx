import { endpointSchema } from '@shared/endpoint';
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { useEvaluateDialog } from '../subjects/evaluate-store';
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
    await waitFor(() => expect(opened?.history.at(-1)).toMatch(/^\/evaluations\/eval-new-/));
  });
});

const kept = async () => (await opened?.lab.client.endpoints.list()) ?? [];

/** The panel over a lab that has one endpoint already. */
async function openEndpoint(of: {
  readonly name: string;
  readonly needsKey: boolean;
  readonly key: string | null;
}): Promise<void> {
  const { name, needsKey, key } = of;
  opened = renderWindow(<EndpointsPanel />, { scenario: 'gpu' });
  const { client, query, queryClient } = opened.lab;
  const address = { baseUrl: 'http://127.0.0.1:11434/v1', model: 'tiny' };
  const endpoint = endpointSchema.parse({ schemaVersion: 1, name, needsKey, ...address });
  await client.endpoints.save({ endpoint });
  if (key !== null) await client.endpoints.setKey({ name, key });
  await queryClient.invalidateQueries({ queryKey: query.endpoints.key() });
}

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
    expect(list.textContent).not.toContain('secret');
    fireEvent.click(within(list).getByRole('button', { name: 'Test mine' }));
    const result = await within(list).findByRole('status');
    expect(result.textContent).toContain('tiny answers.');
    expect(result.textContent).toContain('ok, first token after 200 ms, 500 ms in all');
    fireEvent.click(within(list).getByRole('button', { name: 'Evaluate mine' }));
    expect(useEvaluateDialog.getState().origin).toEqual({ subject: 'endpoint:mine' });
    fireEvent.click(within(list).getByRole('button', { name: 'Remove mine' }));
    const asked = await screen.findByRole('alertdialog', { name: 'Remove mine?' });
    expect(asked.textContent).toContain('its key in the keychain is forgotten');
    fireEvent.click(within(asked).getByRole('button', { name: 'Remove' }));
    await screen.findByText('No endpoint yet.');
  });

  it('are edited; a key that would go to another server is pointed out', async () => {
    await openEndpoint({ name: 'mine', needsKey: true, key: 'secret' });
    fireEvent.click(await screen.findByRole('button', { name: 'Edit mine' }));
    const dialog = await screen.findByRole('dialog', { name: 'Edit mine' });
    type(dialog, 'At once', '65');
    expect(within(dialog).getByText(/expected number to be <=64/)).toBeTruthy();
    const save = within(dialog).getByRole('button', { name: 'Save' });
    expect(save.hasAttribute('disabled')).toBe(true);
    type(dialog, 'At once', '8');
    type(dialog, 'Further fields', '[1]');
    expect(within(dialog).getByText(/A JSON object/)).toBeTruthy();
    type(dialog, 'Further fields', '{"num_ctx": 8192}');
    expect(within(dialog).queryByRole('alert')).toBeNull();
    type(dialog, 'Address', 'https://elsewhere.test/v1');
    expect(within(dialog).getByRole('alert').textContent).toContain('https://elsewhere.test');
    fireEvent.click(save);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const [card] = await kept();
    expect(card?.endpoint).toMatchObject({
      ...{ name: 'mine', baseUrl: 'https://elsewhere.test/v1', concurrency: 8 },
      extraBody: { num_ctx: 8192 },
    });
    expect(card?.keyFrom).toBe('keychain');
  });

  it('that lack their key say so, are neither tested nor evaluated, and are given one', async () => {
    await openEndpoint({ name: 'mine', needsKey: true, key: null });
    await screen.findByText(/neither in the keychain nor in LORABENCH_KEY_MINE/);
    for (const name of ['Test mine', 'Evaluate mine']) {
      expect(screen.getByRole('button', { name }).hasAttribute('disabled')).toBe(true);
    }
    fireEvent.click(screen.getByRole('button', { name: 'Give the key…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Give mine its key' });
    const field = within(dialog).getByLabelText<HTMLInputElement>('Key');
    expect([field.type, field.value]).toEqual(['password', '']);
    fireEvent.change(field, { target: { value: 'new' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Store' }));
    await screen.findByText(/key in the keychain/);
    fireEvent.click(screen.getByRole('button', { name: 'Replace the key of mine' }));
    const again = await screen.findByRole('dialog', { name: 'Replace the key of mine' });
    expect(within(again).getByLabelText<HTMLInputElement>('Key').value).toBe('');
    fireEvent.click(within(again).getByRole('button', { name: 'Forget the key' }));
    await screen.findByText(/Its key is missing/);
  });

  it('that need no key any more forget the one they had', async () => {
    await openEndpoint({ name: 'mine', needsKey: true, key: 'secret' });
    fireEvent.click(await screen.findByRole('button', { name: 'Edit mine' }));
    const dialog = await screen.findByRole('dialog', { name: 'Edit mine' });
    fireEvent.click(within(dialog).getByRole('switch', { name: 'Needs a key' }));
    expect(dialog.textContent).toContain('is forgotten when this is saved');
    fireEvent.click(within(dialog).getByRole('button', { name: 'Save' }));
    await screen.findByText(/needs no key/);
    const { client } = opened?.lab ?? {};
    const [card] = await kept();
    if (card === undefined) throw new Error('the endpoint is gone');
    await client?.endpoints.save({ endpoint: { ...card.endpoint, needsKey: true }, replace: true });
    expect((await kept())[0]?.keyFrom).toBe('missing');
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
