import { MessageChannel } from 'node:worker_threads';
import { createORPCClient, isDefinedError, safe } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { RPCHandler } from '@orpc/server/message-port';
import { LabError } from '@shared/errors';
import type { Contract } from '@shared/rpc/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { createRouter } from './router';
import type { LabServices } from './services';

const notFound = new LabError({
  code: 'not_found',
  what: 'There is no run "x".',
  why: 'It was deleted.',
  fix: 'Choose another.',
});

/** Only what these tests call: the router reaches for nothing else. */
function connect(services: object): {
  readonly client: ContractRouterClient<Contract>;
  readonly bugs: string[];
  close(): void;
} {
  const bugs: string[] = [];
  const router = createRouter(services as LabServices, (error, procedure) => {
    bugs.push(`${procedure}: ${error instanceof Error ? error.message : String(error)}`);
  });
  const { port1, port2 } = new MessageChannel();
  new RPCHandler(router).upgrade(port1);
  port1.start();
  port2.start();
  const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port: port2 }));
  return { client, bugs, close: () => port1.close() };
}

describe('the router over a message port', () => {
  let close = (): void => undefined;
  afterEach(() => close());

  it('hands a lab error over with its sentences', async () => {
    const wire = connect({ runs: { get: () => Promise.reject(notFound) } });
    close = wire.close;
    const { error } = await safe(wire.client.runs.get({ id: 'x' }));
    expect(isDefinedError(error) && error.code === 'LAB_ERROR' && error.data).toEqual(
      notFound.toValue(),
    );
    expect(wire.bugs).toEqual([]);
  });

  it('masks a bug for the caller and reports it on this side', async () => {
    const wire = connect({
      runs: {
        list: () => {
          throw new Error('secret of the store');
        },
      },
    });
    close = wire.close;
    const { error } = await safe(wire.client.runs.list());
    expect(error?.message).not.toContain('secret');
    expect(wire.bugs).toEqual(['runs.list: secret of the store']);
  });

  it('fills in defaults before a service sees its input', async () => {
    const seen: unknown[] = [];
    const wire = connect({
      presets: {
        save: (input: unknown) => {
          seen.push(input);
          return { ok: true };
        },
      },
    });
    close = wire.close;
    const preset = { schemaVersion: 1, name: 'a', title: 'A', model: 'm', corpus: 'c' } as const;
    await wire.client.presets.save({ preset });
    expect(seen).toMatchObject([{ replace: false, preset: { adapter: { rank: 16 }, seed: 1 } }]);
  });

  it('translates the error of a stream that has begun', async () => {
    const wire = connect({
      runs: {
        async *follow() {
          yield { lastStep: 1, eventCount: 1 };
          throw notFound;
        },
      },
    });
    close = wire.close;
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const item of await wire.client.runs.follow({ id: 'x' })) seen.push(item);
    })();
    const { error } = await safe(reading);
    expect(error).toMatchObject({ code: 'LAB_ERROR', data: notFound.toValue() });
    expect(seen).toEqual([{ lastStep: 1, eventCount: 1 }]);
  });

  it('aborts the signal of a stream whose reader leaves, and of one whose port closes', async () => {
    const signals: AbortSignal[] = [];
    const ended: Promise<void>[] = [];
    const wire = connect({
      machine: {
        changes: async function* (signal: AbortSignal) {
          signals.push(signal);
          const over = new Promise<void>((resolve) =>
            signal.addEventListener('abort', () => resolve()),
          );
          ended.push(over);
          yield [{ topic: 'runs', id: null }];
          await over;
        },
      },
    });
    close = wire.close;
    for await (const batch of await wire.client.machine.changes()) {
      expect(batch).toEqual([{ topic: 'runs', id: null }]);
      break;
    }
    await ended[0];
    const second = await wire.client.machine.changes();
    await second.next();
    wire.close();
    await ended[1];
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});
