import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { jobPath } from '../lab/job-path';
import { NewSmoke, SmokePage } from './smoke-page';
import { withLine } from './streamed-texts';

let opened: FixtureWindow | undefined;
afterEach(() => {
  opened?.close();
  opened = undefined;
  cleanup();
});

describe('the page of smoke tests', () => {
  it('asks those who are ticked, with a prompt or a saved test', async () => {
    opened = renderWindow(<NewSmoke />);
    const ask = await screen.findByRole('button', { name: 'Ask' });
    const [first] = await screen.findAllByRole('checkbox');
    expect(ask).toHaveProperty('disabled', true);
    if (first !== undefined) fireEvent.click(first);
    expect(ask).toHaveProperty('disabled', true);
    const prompt = screen.getByRole('textbox', { name: 'Prompt' });
    fireEvent.change(prompt, { target: { value: 'Count.' } });
    await waitFor(() => expect(ask).toHaveProperty('disabled', false));
    fireEvent.click(ask);
    await waitFor(() => expect(opened?.history.at(-1)).toBe('/smoke/smoke1'));
  });

  it('has the subject ticked that it was opened for, and lists earlier ones', async () => {
    opened = renderWindow(<NewSmoke subject="base:starter" />);
    const box = await screen.findByRole('checkbox', { name: 'base starter' });
    await waitFor(() => expect(box).toHaveProperty('checked', true));
    const earlier = await screen.findByRole('region', { name: 'Earlier ones' });
    expect(within(earlier).getByRole('link').getAttribute('href')).toBe('/smoke/smoke1');
  });

  it('takes a checkpoint that it was opened for, and adds what is not in the list', async () => {
    opened = renderWindow(<NewSmoke subject="run-starter-4@160" />);
    const box = await screen.findByRole('checkbox', { name: 'Starter 4, step 160' });
    expect(box).toHaveProperty('checked', true);
    fireEvent.click(screen.getByRole('button', { name: 'Another…' }));
    // What has its answers already cannot be asked.
    expect(screen.queryByRole('button', { name: 'Reference' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'GGUF file' }));
    const add = screen.getByRole('button', { name: 'Add' });
    expect(add).toHaveProperty('disabled', true);
    fireEvent.change(screen.getByLabelText('File'), { target: { value: '/models/tiny.gguf' } });
    fireEvent.click(add);
    const added = await screen.findByRole('checkbox', { name: 'tiny.gguf' });
    expect(added).toHaveProperty('checked', true);
  });

  it('saves what is asked under a free name, with what is expected', async () => {
    opened = renderWindow(<NewSmoke subject="base:starter" />);
    const type = (name: string, value: string) =>
      fireEvent.change(screen.getByRole('textbox', { name }), { target: { value } });
    await screen.findByRole('combobox', { name: 'What is asked' });
    type('Prompt', 'Count to three.');
    type('Save as', 'counts');
    const ask = screen.getByRole('button', { name: 'Save and ask' });
    expect(screen.getByText(/a saved smoke test of that name/)).toBeTruthy();
    expect(ask).toHaveProperty('disabled', true);
    type('Save as', 'three');
    type('Must contain', '3');
    fireEvent.click(ask);
    await waitFor(() => expect(opened?.history.at(-1)).toBe('/smoke/smoke1'));
    const checks = await opened.lab.client.smoke.checks();
    expect(checks.find(({ name }) => name === 'three')).toMatchObject({
      prompt: 'Count to three.',
      expect: { finishReason: 'stop', contains: ['3'], noLeakedTurns: true },
    });
  });

  it('shows answers side by side with what there is to see and what was expected', async () => {
    opened = renderWindow(<SmokePage id="smoke1" />);
    const base = await screen.findByRole('region', { name: 'base starter' });
    expect(base.textContent).toContain('Human: and 3?');
    expect(within(base).getByText('Human:')).toBeTruthy();
    const list = within(base).getByRole('list', { name: 'What is expected of base starter' });
    expect(within(list).getByLabelText('not met')).toBeTruthy();
    expect(list.textContent).toContain('it ends with "stop"; found length');
    const tuned = screen.getByRole('region', { name: 'starter 1' });
    expect(within(tuned).getByLabelText('met')).toBeTruthy();
  });

  it('shows the text of an answer as it comes', async () => {
    opened = renderWindow(<SmokePage id="smoke-running" />);
    const tuned = await screen.findByRole('region', { name: 'starter 1' });
    await waitFor(() => expect(tuned.textContent).toContain('for (let i = 1;'));
    expect(within(tuned).queryByText('finish reason')).toBeNull();
  });

  it('is where a smoke test in the queue leads to', () => {
    expect(jobPath({ id: 'job', kind: 'smoke', targetId: 'x' })).toBe('/smoke/x');
  });
});

describe('texts that come in pieces', () => {
  it('grow by candidate and begin anew', () => {
    const lines = [
      { kind: 'begin', candidate: 0 },
      { kind: 'piece', candidate: 0, text: 'half' },
      { kind: 'piece', candidate: 1, text: 'other' },
      { kind: 'begin', candidate: 0 },
      { kind: 'piece', candidate: 0, text: 'one ' },
      { kind: 'piece', candidate: 0, text: 'two' },
    ] as const;
    const texts = lines.reduce(withLine, new Map<number, string>() as ReadonlyMap<number, string>);
    expect([...texts]).toEqual([
      [0, 'one two'],
      [1, 'other'],
    ]);
  });
});
