import { act, cleanup, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { leaderboardOf } from '../../../../tests/fixtures/window/comparison';
import { FixtureLab } from '../../../../tests/fixtures/window/lab';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { leaderboardCsv } from './leaderboard-csv';
import { leaderboardGroups, rankWords, searchRows } from './leaderboard-groups';
import { LeaderboardPage } from './leaderboard-page';
import { useLeaderboardView } from './leaderboard-store';

let opened: FixtureWindow | undefined;
afterEach(() => {
  opened?.close();
  opened = undefined;
  cleanup();
  act(() => useLeaderboardView.setState(useLeaderboardView.getInitialState()));
});

function show(): void {
  opened = renderWindow(<LeaderboardPage benchmark="starter" />, { scenario: 'compared' });
}

const first = (): Promise<HTMLElement> => screen.findByRole('table', { name: /^greedy/ });
const row = (table: HTMLElement, name: RegExp): HTMLElement =>
  within(table).getByRole('row', { name });

describe('the leaderboard', () => {
  it('groups by conditions and names a group by what differs', async () => {
    show();
    await first();
    const headings = screen.getAllByRole('heading', { level: 2 }).map((one) => one.textContent);
    expect(headings).toHaveLength(2);
    expect(headings[0]).toContain('greedy · 1 sample a task');
    expect(headings[1]).toBe('temperature 0.3');
  });

  it('gives ranges of ranks, and says which may be as good as the best', async () => {
    show();
    const table = await first();
    expect(row(table, /reference/).textContent).toContain('–the tasks’ own solutions');
    expect(row(table, /agent of 3B v7/).textContent).toContain('highest rate');
    expect(row(table, /3B v5/).textContent).toMatch(/\d–\d/);
    expect(row(table, /base 3B/).textContent).toContain('worse');
  });

  it('still shows what is not finished, without a rank', async () => {
    show();
    const going = row(await first(), /3B v8/);
    expect(going.textContent).toContain('judging');
    expect(going.textContent).not.toContain('worse');
  });

  it('compares two or more that are chosen, the best first', async () => {
    show();
    const table = await first();
    expect(screen.getByRole('button', { name: 'Choose two or more to compare' })).toHaveProperty(
      'disabled',
      true,
    );
    for (const name of ['base 3B', '3B v7', 'reference']) {
      within(table)
        .getByRole('checkbox', { name: `Choose ${name}` })
        .click();
    }
    (await screen.findByRole('button', { name: 'Compare 3' })).click();
    expect(opened?.history.at(-1)).toBe('/compare/evaluations/of-reference,of-v7,of-base');
  });

  it('takes no unfinished one into a comparison', async () => {
    show();
    const table = await first();
    for (const name of ['3B v8', 'reference']) {
      within(table)
        .getByRole('checkbox', { name: `Choose ${name}` })
        .click();
    }
    expect(screen.getByRole('button', { name: 'Choose two or more to compare' })).toBeTruthy();
  });
});

describe('groups of a leaderboard', () => {
  const items = new FixtureLab('compared').evaluations.filter(
    ({ item }) => item.benchmark === 'starter',
  );
  const list = items.map(({ item }) => item);
  const groups = leaderboardGroups(leaderboardOf('starter', items), list);

  it('hold every evaluation once', () => {
    const ids = groups.flatMap((group) => group.rows.map(({ item }) => item.id));
    expect([...ids].sort()).toEqual(list.map((item) => item.id).sort());
  });

  it('keep evaluations whose conditions nobody finished yet', () => {
    const [going] = list.filter((item) => item.summary === null);
    const other = { ...going, id: 'x', key: 'k9' } as (typeof list)[number];
    const last = leaderboardGroups(leaderboardOf('starter', items), [...list, other]).at(-1);
    expect(last).toMatchObject({ key: 'k9', title: 'Nothing finished yet' });
  });

  it('are searched by subject', () => {
    const rows = groups.flatMap((group) => group.rows);
    expect(searchRows(rows, '3b STEP').map(({ item }) => item.subject)).toEqual([
      '3B v7 at step 700',
    ]);
  });

  it('are saved as a table, with names that a spreadsheet takes for what they are', () => {
    const [group] = groups;
    const [one] = group?.rows ?? [];
    if (group === undefined || one === undefined) throw new Error('There is no row.');
    const named = { ...one, item: { ...one.item, subject: '=1+1, "so"' } };
    const lines = leaderboardCsv('starter', [{ ...group, rows: [named] }]).split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]?.split(',').slice(3, 7)).toEqual(['rank', 'subject', 'state', 'evaluation']);
    expect(lines[1]).toContain(`"'=1+1, ""so"""`);
  });

  it('say one rank as a number and several as a range', () => {
    expect([rankWords({ from: 2, to: 2 }), rankWords({ from: 1, to: 3 })]).toEqual(['2', '1–3']);
  });
});
