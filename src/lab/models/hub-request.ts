/** One request to the hub, through the proxy that the environment names, as its Python tools do. */
import { parseJson } from '@shared/parse-json';

export interface HubAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** What the JSON of the answer says; null when there is none. */
  readonly body: unknown;
}

/** Rejects when there is no answer. */
export async function hubRequest(
  method: 'GET' | 'HEAD',
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HubAnswer> {
  // A large file's HEAD leads to another host, which need not be asked.
  const redirect = method === 'HEAD' ? 'manual' : 'follow';
  const options = { method, headers, redirect, signal } as const;
  if (!namesProxy(process.env)) return answerOf(await fetch(url, options));
  // Node's own fetch knows nothing of proxies.
  const { EnvHttpProxyAgent, fetch: proxied } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent();
  try {
    return await answerOf(await proxied(url, { ...options, dispatcher }));
  } finally {
    void dispatcher.destroy();
  }
}

async function answerOf(response: {
  readonly status: number;
  readonly headers: HubAnswer['headers'];
  text(): Promise<string>;
}): Promise<HubAnswer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parseJson(text) };
}

function namesProxy(variables: Readonly<Record<string, string | undefined>>): boolean {
  const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];
  return names.some((name) => variables[name]);
}
