import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { useCompareView } from './compare-store';
import { ComparisonPage } from './comparison-page';
import { comparisonPath, comparisonPlace } from './comparison-path';

let opened: FixtureWindow | undefined;
afterEach(() => {
  opened?.close();
  opened = undefined;
  cleanup();
  act(() => useCompareView.setState({ onlyDiscordant: false, shown: {} }));
});

const three = ['of-v5', 'of-v6', 'of-reference'] as const;

function show(ids: readonly string[], more: { taskId?: string; forced?: boolean } = {}): void {
  opened = renderWindow(<ComparisonPage ids={ids} {...more} />, { scenario: 'compared' });
}

const tasks = (): Promise<HTMLElement> => screen.findByRole('region', { name: 'Tasks' });
const squares = async (): Promise<readonly HTMLElement[]> => [
  ...(await tasks()).querySelectorAll<HTMLElement>('li > button'),
];

describe('a comparison of evaluations', () => {
  it('gives a verdict on each against the first, corrected for their number', async () => {
    show(three);
    const close = await screen.findByRole('article', { name: 'Verdict on 3B v6' });
    expect(close.textContent).toMatch(/3B v6 passes \d+ of 120, 3B v5 \d+: no detectable/);
    expect(close.textContent).toMatch(/If the true difference|Both pass equally/);
    expect(close.textContent).toContain('corrected for 2 comparisons');
    const clear = screen.getByRole('article', { name: 'Verdict on reference' });
    expect(clear.textContent).toContain('better');
    expect(clear.textContent).toContain('fewer than 1 time in 1,000');
  });

  it('shows every rate with its interval as text', async () => {
    show(three);
    const rates = await screen.findByRole('region', { name: 'Pass rates' });
    const row = within(rates).getByRole('row', { name: /^reference/ });
    expect(row.textContent).toContain('100%');
    expect(row.textContent).toContain('120 of 120');
    expect(
      within(row).getAllByRole('img', { name: /reference: 100.%, 95 % interval/ }).length,
    ).toBeGreaterThan(1);
  });

  it('measures against another one when asked to', async () => {
    show(three);
    const rates = await screen.findByRole('region', { name: 'Pass rates' });
    within(rates).getByRole('button', { name: 'Measure against reference' }).click();
    expect(opened?.history.at(-1)).toBe(
      comparisonPath({ ids: ['of-reference', 'of-v5', 'of-v6'] }),
    );
    within(rates).getByRole('button', { name: 'Leave 3B v6 out' }).click();
    expect(opened?.history.at(-1)).toBe(comparisonPath({ ids: ['of-v5', 'of-reference'] }));
  });

  it('leaves only tasks that tell them apart when asked to', async () => {
    show(three);
    expect(await squares()).toHaveLength(120);
    const toggle = within(await tasks()).getByRole('button', { name: /Only tasks that differ/ });
    const count = Number(/\((\d+)\)/.exec(toggle.textContent ?? '')?.[1]);
    toggle.click();
    await waitFor(async () => expect(await squares()).toHaveLength(count));
    for (const square of await squares()) {
      expect(square.getAttribute('aria-label')).toContain(', differs:');
    }
  });

  it('is walked through by keyboard, and a task is opened by Enter', async () => {
    show(three);
    const all = await squares();
    expect(all.filter((square) => square.tabIndex === 0)).toHaveLength(1);
    act(() => all[0]?.focus());
    fireEvent.keyDown(all[0] as HTMLElement, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(all[1]);
    fireEvent.keyDown(all[1] as HTMLElement, { key: 'n' });
    const place = document.activeElement as HTMLElement;
    expect(place.getAttribute('aria-label')).toContain(', differs:');
    place.click();
    expect(opened?.history.at(-1)).toMatch(/^\/compare\/evaluations\/of-v5,of-v6,of-reference\/./);
  });

  it('shows the answers to a task side by side, and goes on to the next that differs', async () => {
    show(three, { taskId: 'starter-002-limit' });
    const dialog = await screen.findByRole('dialog');
    for (const name of ['3B v5', '3B v6', 'reference']) {
      expect(await within(dialog).findByRole('region', { name })).toBeTruthy();
    }
    within(dialog)
      .getByRole('button', { name: /^3B v6 ?: / })
      .click();
    await waitFor(() => expect(within(dialog).queryByRole('region', { name: '3B v6' })).toBeNull());
    fireEvent.keyDown(dialog, { key: 'n' });
    const next = decodeURIComponent(opened?.history.at(-1)?.split('/').at(-1) ?? '');
    const passes = three.map((id) => {
      const found = opened?.fixture.evaluations.find(({ item }) => item.id === id);
      return found?.outcomes.get(next)?.failure === null;
    });
    expect(new Set(passes).size).toBe(2);
  });

  it('refuses what was measured under other conditions, and is marked when insisted on', async () => {
    show(['of-v7', 'warm-v7']);
    const card = await screen.findByRole('alert');
    expect(card.textContent).toContain('sampling.temperature: 0 against 0.3');
    within(card).getByRole('button', { name: 'Compare anyway' }).click();
    expect(opened?.history.at(-1)).toBe('/compare/evaluations-anyway/of-v7,warm-v7');
    opened?.close();
    cleanup();
    show(['of-v7', 'warm-v7'], { forced: true });
    const mark = await screen.findByRole('region', { name: 'Compared anyway' });
    expect(mark.textContent).toContain('sampling.temperature: 0 against 0.3');
  });

  it('asks for at least two', async () => {
    show(['of-v7']);
    expect(await screen.findByText(/Choose 2 to 20 evaluations/)).toBeTruthy();
  });
});

describe('the address of a comparison', () => {
  it('keeps the order, names each evaluation once, and takes any task name', () => {
    const path = comparisonPath({ ids: ['b', 'a'], taskId: 'HumanEval/7 50%' });
    const [ids = '', task] = path.split('/').slice(3);
    expect(comparisonPlace(`${ids},b`, task)).toEqual({
      ids: ['b', 'a'],
      taskId: 'HumanEval/7 50%',
    });
    expect(comparisonPlace('a,b', '50%')).toEqual({ ids: ['a', 'b'], taskId: '50%' });
  });
});
