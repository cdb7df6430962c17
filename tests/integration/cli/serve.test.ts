import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '@shared/rpc/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { z } from 'zod';
import { until } from '../support/bench-lab';
import { type Running, startLab } from '../support/command';

const folder = mkdtempSync(join(tmpdir(), 'lorabench-serve-'));
const home = join(folder, 'home');
const toldSchema = z.object({ url: z.string(), port: z.number(), token: z.string() });
let server: Running;
let told: z.infer<typeof toldSchema>;

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request as it is written: no client library that tidies up paths or headers. */
function ask(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
  body = '',
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: told.port, path, method, headers, agent: false },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function cookie(): Promise<string> {
  const { headers } = await ask(`/?token=${told.token}`);
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

function openSocket(headers: Readonly<Record<string, string>>): Promise<number | 'open'> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${told.port}/rpc`, { headers });
    socket.on('open', () => {
      socket.close();
      resolve('open');
    });
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
}

beforeAll(async () => {
  mkdirSync(home);
  server = startLab(['serve', '--port', '0', '--json'], { home });
  await until(() => server.stdout().includes('\n'), 'it prints its address', 30);
  told = toldSchema.parse(JSON.parse(server.stdout()));
});
afterAll(async () => {
  server.child.kill('SIGTERM');
  expect(await server.ended).toMatchObject({ code: 0, signal: null });
  rmSync(folder, { recursive: true, force: true });
});

describe('lab serve', () => {
  it('keeps its token in a file that only its owner reads', () => {
    expect(statSync(join(home, 'serve-token')).mode & 0o777).toBe(0o600);
  });

  it('trades the token for a strict cookie and shows the window under a strict policy', async () => {
    const signedIn = await ask(`/?token=${told.token}`);
    expect(signedIn).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(String(signedIn.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict/);
    expect(String(signedIn.headers['set-cookie'])).not.toContain(told.token);
    const page = await ask('/', { cookie: await cookie() });
    expect(page.status).toBe(200);
    expect(page.body).toContain('<div id="root">');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    // The policy forbids inline script: the page must have none.
    expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
  });

  it('refuses everything without the token or with a wrong one', async () => {
    for (const path of ['/', '/index.html', '/api/runs/list', '/?token=wrong', '/?token=']) {
      expect((await ask(path)).status).toBe(401);
    }
    expect((await ask('/', { cookie: `lorabench-${told.port}=wrong` })).status).toBe(401);
    expect((await ask('/api/runs/list', { authorization: 'Bearer wrong' }, 'POST')).status).toBe(
      401,
    );
  });

  it('refuses a foreign host name, even with the secret', async () => {
    const secret = { cookie: await cookie(), authorization: `Bearer ${told.token}` };
    for (const host of ['evil.example', `evil.example:${told.port}`, '127.0.0.1']) {
      expect((await ask('/', { ...secret, host })).status).toBe(403);
      expect((await ask(`/?token=${told.token}`, { host })).status).toBe(403);
    }
  });

  it('refuses a call from a page of another origin', async () => {
    const secret = { cookie: await cookie() };
    for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${told.port + 1}`]) {
      expect((await ask('/api/queue/pause', { ...secret, origin }, 'POST')).status).toBe(403);
      expect(await openSocket({ ...secret, origin })).toBe(403);
    }
    expect((await ask('/api/queue/pause', secret, 'POST')).status).toBe(403);
    expect(await openSocket(secret)).toBe(403);
    expect(await openSocket({ origin: `http://127.0.0.1:${told.port}` })).toBe(401);
  });

  it.each(['/../package.json', '/%2e%2e/%2e%2e/package.json', '/..%2f..%2fpackage.json'])(
    'does not leave the folder of the window through %s',
    async (path) => {
      const { status, body } = await ask(path, { cookie: await cookie() });
      expect(status === 404 || body.includes('<div id="root">')).toBe(true);
      expect(body).not.toContain('"lorabench"');
    },
  );

  it('answers scripts over HTTP with plain JSON', async () => {
    const headers = {
      authorization: `Bearer ${told.token}`,
      'content-type': 'application/json',
    };
    const about = await ask('/api/machine/about', headers, 'POST', '');
    expect({ status: about.status, value: JSON.parse(about.body) }).toMatchObject({
      status: 200,
      value: { shell: 'browser', home },
    });
    const missing = await ask('/api/runs/get', headers, 'POST', JSON.stringify({ id: 'none' }));
    expect(missing.status).toBe(400);
    expect(JSON.parse(missing.body)).toMatchObject({
      code: 'LAB_ERROR',
      data: { code: 'not_found' },
    });
    expect((await ask('/api/no/such', headers, 'POST')).status).toBe(404);
  });

  it('carries calls and streams over the WebSocket of its own page', async () => {
    const origin = `http://127.0.0.1:${told.port}`;
    const socket = new WebSocket(`ws://127.0.0.1:${told.port}/rpc`, {
      headers: { cookie: await cookie(), origin },
    });
    const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
    const client: ContractRouterClient<Contract> = createORPCClient(link);
    expect((await client.presets.list()).map(({ preset }) => preset.name)).toContain('starter');
    for await (const load of await client.machine.load()) {
      expect(load.memoryTotalBytes).toBeGreaterThan(0);
      break;
    }
    socket.close();
  });

  it('says what to do when its port is taken', async () => {
    const second = startLab(['serve', '--port', String(told.port)], { home });
    const { code, stderr } = await second.ended;
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${told.port} cannot be used.`);
  });
});
