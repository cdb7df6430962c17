/** An endpoint as it is typed; the schema of its file says what is wrong with it. */
import { type Endpoint, endpointSchema } from '@shared/endpoint';

export interface EndpointDraft {
  readonly name: string;
  readonly title: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly needsKey: boolean;
  readonly concurrency: string;
  readonly requestsPerMinute: string;
  readonly timeoutSeconds: string;
  readonly retries: string;
  readonly extraBody: string;
}

export const newEndpoint: EndpointDraft = {
  name: '',
  title: '',
  baseUrl: 'http://127.0.0.1:11434/v1',
  model: '',
  needsKey: false,
  concurrency: '4',
  requestsPerMinute: '',
  timeoutSeconds: '180',
  retries: '5',
  extraBody: '',
};

export function draftOfEndpoint(endpoint: Endpoint): EndpointDraft {
  const { requestsPerMinute, extraBody } = endpoint;
  return {
    name: endpoint.name,
    title: endpoint.title,
    baseUrl: endpoint.baseUrl,
    model: endpoint.model,
    needsKey: endpoint.needsKey,
    concurrency: String(endpoint.concurrency),
    requestsPerMinute: requestsPerMinute === null ? '' : String(requestsPerMinute),
    timeoutSeconds: String(endpoint.timeoutSeconds),
    retries: String(endpoint.retries),
    extraBody: Object.keys(extraBody).length === 0 ? '' : JSON.stringify(extraBody),
  };
}

export interface EndpointReading {
  /** null while something is wrong or missing. */
  readonly endpoint: Endpoint | null;
  readonly problems: Readonly<Partial<Record<keyof EndpointDraft, string>>>;
}

export function readEndpoint(draft: EndpointDraft): EndpointReading {
  const extra = jsonObject(draft.extraBody);
  const parsed = endpointSchema.safeParse({
    schemaVersion: 1,
    name: draft.name.trim(),
    title: draft.title.trim(),
    baseUrl: draft.baseUrl.trim(),
    model: draft.model.trim(),
    needsKey: draft.needsKey,
    concurrency: number(draft.concurrency),
    requestsPerMinute:
      draft.requestsPerMinute.trim() === '' ? null : number(draft.requestsPerMinute),
    timeoutSeconds: number(draft.timeoutSeconds),
    retries: number(draft.retries),
    extraBody: extra ?? {},
  });
  const problems: Partial<Record<keyof EndpointDraft, string>> = {};
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = path[0];
    // What nobody has typed yet is missing, not wrong.
    if (isField(field) && draft[field] !== '') problems[field] ??= message;
  }
  if (extra === null) problems.extraBody = 'A JSON object, for example {"num_ctx": 8192}.';
  return { endpoint: parsed.success && extra !== null ? parsed.data : null, problems };
}

const isField = (key: PropertyKey | undefined): key is keyof EndpointDraft =>
  typeof key === 'string' && key in newEndpoint;

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

function jsonObject(text: string): Record<string, unknown> | null {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...value }
      : null;
  } catch {
    return null;
  }
}

/** The server that a request goes to; a stored key would go there as well. */
export function serverOf(baseUrl: string): string | null {
  try {
    return new URL(baseUrl).origin;
  } catch {
    return null;
  }
}
