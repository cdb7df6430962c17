import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { type FixtureWindow, renderWindow } from '../../../../tests/fixtures/window/render';
import { ComparisonVerdict } from './comparison-verdict';
import { EvaluationPage } from './evaluation-page';
import { useRivals } from './rival-store';

let opened: FixtureWindow | undefined;
afterEach(() => {
  opened?.close();
  opened = undefined;
  cleanup();
});

describe('an evaluation', () => {
  it('says the verdict in one sentence and shows every task', async () => {
    opened = renderWindow(<EvaluationPage id="eval-tuned" taskId={null} />);
    const verdict = await screen.findByRole('status', { name: 'Verdict' });
    expect(verdict.textContent).toMatch(
      /Starter 4 passes \d+ of 120, base starter 0 of 120: better/,
    );
    const tasks = await screen.findByRole('region', { name: 'Tasks' });
    await waitFor(() => expect(within(tasks).getAllByRole('button')).toHaveLength(120));
  });

  it('opens a task from its square', async () => {
    opened = renderWindow(<EvaluationPage id="eval-tuned" taskId={null} />);
    const square = await screen.findByRole('button', { name: /^starter-002-limit: Starter 4/ });
    square.click();
    expect(opened.history.at(-1)).toBe('/evaluations/eval-tuned/starter-002-limit');
  });

  it('shows both answers side by side', async () => {
    opened = renderWindow(<EvaluationPage id="eval-tuned" taskId="starter-002-limit" />);
    const dialog = await screen.findByRole('dialog', { name: 'starter-002-limit' });
    expect(await within(dialog).findByRole('region', { name: 'Starter 4' })).toBeTruthy();
    expect(await within(dialog).findByRole('region', { name: 'base starter' })).toBeTruthy();
    expect(within(dialog).getAllByRole('list', { name: 'Stages' }).length).toBeGreaterThan(0);
  });

  it('refuses an unfair comparison, names the difference, and compares when insisted on', async () => {
    opened = renderWindow(<ComparisonVerdict a="eval-base" b="eval-warm" />);
    const card = await screen.findByRole('alert');
    expect(card.textContent).toContain('temperature: 0 against 0.3');
    within(card).getByRole('button', { name: 'Compare anyway' }).click();
    const verdict = await screen.findByRole('status', { name: 'Verdict' });
    expect(verdict.textContent).toContain('although they differ in');
  });

  it('says what would settle a comparison that is not settled', async () => {
    opened = renderWindow(<EvaluationPage id="of-v7" taskId={null} />, { scenario: 'compared' });
    useRivals.getState().choose('of-v7', 'of-v6');
    await waitFor(() =>
      expect(screen.getByRole('status', { name: 'Verdict' }).textContent).toMatch(
        /no detectable difference.*tasks like these would show it: \d+ more\./,
      ),
    );
    const link = screen.getByRole('link', { name: 'Compare task by task' });
    expect(link.getAttribute('href')).toBe('/compare/evaluations/of-v6,of-v7');
  });

  it('of an agent shows what every further round gained', async () => {
    opened = renderWindow(<EvaluationPage id="of-agent" taskId={null} />, { scenario: 'compared' });
    const rounds = await screen.findByRole('region', { name: 'Pass by round' });
    const cells = within(rounds)
      .getAllByRole('row')
      .slice(1)
      .map((row) => row.textContent);
    expect(cells).toHaveLength(4);
    expect(cells[0]).toMatch(/^112079\.2%.*95 of 120/);
    expect(cells[3]).toMatch(/^413.*109 of 120/);
    expect(within(rounds).getByRole('img').getAttribute('aria-label')).toContain('round 1: 79.2');
  });

  it('says what to do when there is no such evaluation', async () => {
    opened = renderWindow(<EvaluationPage id="nope" taskId={null} />);
    const card = await screen.findByRole('alert');
    expect(card.textContent).toContain('There is no evaluation nope.');
    expect(card.textContent).toContain('Choose one from the list.');
  });
});
