/** A failure card as the error that ends a command. */
import { LabError } from '@shared/errors';
import type { FailureCard } from '@shared/job';

export function failureOf(card: FailureCard): LabError {
  const ended = [
    card.exitCode === null ? null : `exit code ${card.exitCode}`,
    card.signal === null ? null : `signal ${card.signal}`,
  ].filter((part) => part !== null);
  return new LabError({
    code: 'failed',
    what: ended.length === 0 ? card.title : `${card.title} (${ended.join(', ')})`,
    why: card.why,
    fix: card.fix,
    details: [...card.details, ...card.log],
  });
}
