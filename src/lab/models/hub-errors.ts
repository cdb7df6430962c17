/**
 * What the hub's refusals mean. It answers 401 for a model that does not exist to somebody without
 * a token, so as not to tell which private ones do; X-Error-Code tells more.
 * Codes as in huggingface_hub's `hf_raise_for_status`.
 */
import { LabError } from '@shared/errors';
import type { Hub } from './hub-api';
import type { HubAnswer } from './hub-request';
import { type HubName, sourceOf } from './model-source';

export const tokenHelp =
  'Give a token (made in the settings of your account on the hub) as HF_TOKEN, or once with "hf auth login".';

/** The error for an answer whose status is not 2xx. */
export function answerError(
  hub: Hub,
  name: HubName,
  response: Pick<HubAnswer, 'status' | 'headers'>,
): LabError {
  const { status, headers } = response;
  const code = headers.get('x-error-code');
  const said = headers.get('x-error-message');
  const source = sourceOf(name);
  const page = `${hub.endpoint}/${name.id}`;
  const details = said === null ? [] : [`The hub says: ${said}`];
  if (status === 429) {
    const seconds =
      headers.get('retry-after') ?? /t=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1];
    return new LabError({
      code: 'unavailable',
      what: 'The hub limits how often it is asked (429).',
      why: `Too many requests came from here${hub.token === null ? ', and without a token the limit is low' : ''}.`,
      fix: `Wait ${seconds && /^\d+$/.test(seconds) ? `${seconds} s` : 'some minutes'} and ask again.${hub.token === null ? ` ${tokenHelp}` : ''}`,
      details,
    });
  }
  if (code === 'GatedRepo') {
    return new LabError({
      code: 'refused',
      what: `${source} is gated: its owner asks who gets it.`,
      why:
        hub.token === null
          ? 'No token was sent, so the hub does not know who asks.'
          : 'The account of the token that was sent has not been let in.',
      fix: `Accept the terms at ${page} with your account. ${hub.token === null ? tokenHelp : 'Then ask again.'}`,
      details,
    });
  }
  if (code === 'RevisionNotFound') {
    return new LabError({
      code: 'not_found',
      what: `${name.id} has no revision ${name.revision}.`,
      why: `${hub.endpoint} knows the model, but no branch, tag or commit of that name.`,
      fix: `See ${page} for its branches and tags; without one, main is taken.`,
      details,
    });
  }
  if (code !== 'RepoNotFound' && (status === 403 || said?.startsWith('Invalid credentials'))) {
    return new LabError({
      code: 'refused',
      what: `The hub does not let this token read ${source} (${status}).`,
      why: 'The token is not valid any more, or it was not given the right to read this model.',
      fix: 'Make a new token with the right to read (for a gated model: to public gated repositories), and set HF_TOKEN.',
      details,
    });
  }
  if (status === 401 || status === 404) {
    return new LabError({
      code: 'not_found',
      what: `There is no model ${source} on the hub${hub.token === null ? ', or it is private' : ''}.`,
      why: `${hub.endpoint} answered ${status}.`,
      fix: `Check the name (owner/name, as in the address of its page).${hub.token === null ? ` If it is private: ${tokenHelp}` : ''}`,
      details,
    });
  }
  return new LabError({
    code: 'unavailable',
    what: `The hub has a problem (${status}).`,
    why: `${hub.endpoint} answered ${status}.`,
    fix:
      status >= 500
        ? 'Ask again in some minutes.'
        : 'Check HF_ENDPOINT, and the proxy if there is one.',
    details,
  });
}

/** The error for no answer at all; `seconds`: how long was waited, when that was why. */
export function noAnswer(hub: Hub, seconds: number | null, error: unknown): LabError {
  return new LabError({
    code: 'unavailable',
    what: `${hub.endpoint} cannot be reached.`,
    why: seconds === null ? reasonOf(error) : `It did not answer within ${seconds} s.`,
    fix: 'Check the network (and HTTPS_PROXY where there is a proxy). What was downloaded before works without it.',
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'Its name is not known here: there seems to be no network.',
  EAI_AGAIN: 'Its name could not be looked up: there seems to be no network.',
  ECONNREFUSED: 'Nothing accepts connections there.',
  ENETUNREACH: 'There is no network.',
  EHOSTUNREACH: 'There is no way to it on this network.',
  ECONNRESET: 'The connection was cut.',
};

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return (
    reasons[code] ??
    `${cause instanceof Error ? cause.message : String(cause)}${code && ` (${code})`}`
  );
}
