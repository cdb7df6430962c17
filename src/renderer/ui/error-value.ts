/** Any thrown thing as the three sentences that people read. */
import { LabError, type LabErrorValue, labErrorValueSchema } from '@shared/errors';

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function toLabErrorValue(error: unknown): LabErrorValue {
  if (error instanceof LabError) return error.toValue();
  if (typeof error === 'object' && error !== null && 'data' in error) {
    const parsed = labErrorValueSchema.safeParse(error.data);
    if (parsed.success) return parsed.data;
  }
  const message = messageOf(error);
  if (/not open|closed|network|websocket/i.test(message)) {
    return {
      code: 'unavailable',
      what: 'The lab did not answer.',
      why: 'The connection to it is interrupted.',
      fix: 'Nothing is lost: running jobs go on. The window tries again by itself.',
      details: [],
    };
  }
  return {
    code: 'failed',
    what: 'The lab answered with an unexpected error.',
    why: message,
    fix: 'Try again. If it stays, restart Lorabench: running jobs go on meanwhile.',
    details: [],
  };
}
