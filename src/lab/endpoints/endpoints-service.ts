/** Endpoints as the shells use them. */
import type { Endpoint, EndpointTest } from '@shared/endpoint';
import { samplingSchema } from '@shared/sampling';
import type { LabContext } from '../context';
import { clientOf, NoAnswer, openChat } from './chat';
import { findEndpoint, loadEndpoints, removeEndpoint, saveEndpoint } from './endpoint-files';
import { forgetKey, keyFrom, keyVariable, storeKey } from './keys';

const ok = { ok: true } as const;
const listSeconds = 10;
type ByName = { readonly name: string };

export function createEndpointsService(context: LabContext) {
  const { changes } = context;
  return {
    async list() {
      return (await loadEndpoints(context)).map((endpoint) => ({
        endpoint,
        keyFrom: keyFrom(endpoint),
        keyVariable: keyVariable(endpoint.name),
      }));
    },

    async save(input: { readonly endpoint: Endpoint; readonly replace: boolean }) {
      await saveEndpoint(context, input.endpoint, input.replace);
      changes.publish('endpoints', input.endpoint.name);
      return ok;
    },

    async setKey(input: ByName & { readonly key: string }) {
      await findEndpoint(context, input.name);
      if (input.key === '') forgetKey(input.name);
      else storeKey(input.name, input.key);
      changes.publish('endpoints', input.name);
      return ok;
    },

    async remove(input: ByName) {
      await removeEndpoint(context, input.name);
      forgetKey(input.name);
      changes.publish('endpoints', input.name);
      return ok;
    },

    async test(input: ByName, signal: AbortSignal): Promise<EndpointTest> {
      const endpoint = await findEndpoint(context, input.name);
      const models = await listedModels(endpoint, signal);
      const ask = openChat({ ...endpoint, retries: 0 });
      try {
        const sampling = samplingSchema.parse({ maxNewTokens: 8 });
        const question = [{ role: 'user' as const, content: 'Say "ok".' }];
        const { text, firstTokenSeconds, seconds } = await ask(question, sampling, signal);
        const message = `${endpoint.model} answers.`;
        return { ok: true, message, fix: null, models, answer: text, firstTokenSeconds, seconds };
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        const unknown = models.length > 0 && !models.includes(endpoint.model);
        const fix = unknown
          ? `The server has: ${models.slice(0, 10).join(', ')}.`
          : 'Start the server, or correct address, model or key of the endpoint.';
        const nothing = { answer: null, firstTokenSeconds: null, seconds: null };
        return { ok: false, message: error.message, fix, models, ...nothing };
      }
    },
  };
}

/** Empty where the server does not list its models. */
async function listedModels(endpoint: Endpoint, signal: AbortSignal): Promise<string[]> {
  const client = clientOf({ ...endpoint, retries: 0, timeoutSeconds: listSeconds });
  try {
    const page = await client.models.list({ signal });
    return page.data.map(({ id }) => id);
  } catch {
    return [];
  }
}
