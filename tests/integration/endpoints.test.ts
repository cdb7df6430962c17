import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveEndpoint } from '@lab/endpoints/endpoint-files';
import { createEndpointsService } from '@lab/endpoints/endpoints-service';
import { type Endpoint, endpointSchema } from '@shared/endpoint';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ChatServer,
  type ChatServerOptions,
  startChatServer,
} from '../fixtures/endpoints/chat-server';
import { EvaluationLab, writeBenchmark } from './support/evaluation-lab';

let folder: string;
let lab: EvaluationLab;
let server: ChatServer | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-endpoints-'));
  lab = new EvaluationLab(folder);
});
afterEach(async () => {
  await lab.close();
  await server?.close();
  server = null;
  delete process.env.LORABENCH_KEY_MINE;
  rmSync(folder, { recursive: true });
});

const right = (prompt: string): string => {
  const number = /Print (\d+)/.exec(prompt)?.[1] ?? '';
  return `Here:\n\`\`\`js\nconsole.log(1 ? ${number} : 0)\n\`\`\``;
};

/** The benchmark "mine" with a fault asked for in some of its prompts. */
function writeTasks(faults: readonly string[], tasks = 4): void {
  writeBenchmark(lab.context, tasks);
  const path = join(lab.context.home.benchmarks, 'mine', 'tasks.jsonl');
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const rows = lines.map((line, index) => {
    const task = JSON.parse(line) as { prompt: string };
    return { ...task, prompt: `${task.prompt} ${faults[index] ?? ''}`.trim() };
  });
  writeFileSync(path, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
}

async function serve(options: Partial<ChatServerOptions> = {}): Promise<ChatServer> {
  server = await startChatServer({ answer: right, ...options });
  return server;
}

async function addEndpoint(more: Partial<Endpoint> = {}): Promise<void> {
  const endpoint = endpointSchema.parse({
    ...{ schemaVersion: 1, name: 'mine', baseUrl: server?.url, model: 'tiny', retries: 2 },
    ...more,
  });
  await saveEndpoint(lab.context, endpoint, true);
}

const asked = (): number => server?.asked.length ?? 0;

describe('an endpoint as the subject of an evaluation', () => {
  it('is asked each task once, with the system prompt, sampling and limits of the evaluation', async () => {
    writeTasks([]);
    await serve();
    await addEndpoint({ extraBody: { keep_alive: '5m' } });
    const id = await lab.enqueue('endpoint:mine', { temperature: 0.3 });
    expect(await lab.ended(id)).toBe('done');
    const summary = await lab.summary(id);
    expect(summary.passAt1.value).toBe(1);
    expect(summary).toMatchObject({ subject: 'mine tiny', completionTokens: 44 });
    expect(asked()).toBe(4);
    expect(server?.asked[0]?.body).toMatchObject({
      model: 'tiny',
      temperature: 0.3,
      max_tokens: 512,
      keep_alive: '5m',
      stream: true,
    });
  });

  it('is asked again after 429, 500 and half an answer, and no answer is counted twice', async () => {
    writeTasks(['!429', '!500', '!half', '']);
    await serve();
    await addEndpoint();
    const id = await lab.enqueue('endpoint:mine');
    expect(await lab.ended(id)).toBe('done');
    const summary = await lab.summary(id);
    expect(summary.passAt1.value).toBe(1);
    expect(summary.samples).toBe(4);
    expect(asked()).toBe(7);
  }, 120_000);

  it('that answers garbage, nothing in time or for ever costs that sample only, as our failure', async () => {
    writeTasks(['!garbage', '!slow', '!endless', '']);
    await serve({ failures: 100 });
    await addEndpoint({ timeoutSeconds: 1, retries: 1 });
    const id = await lab.enqueue('endpoint:mine');
    expect(await lab.ended(id)).toBe('done');
    const summary = await lab.summary(id);
    expect(summary.failures).toEqual({ generation: 3 });
    expect(summary.rates.runPass).toMatchObject({ passed: 1, total: 1 });
    const lines = readFileSync(lab.path(id, 'generations.jsonl'), 'utf8').trim().split('\n');
    const errors = lines.map((line) => JSON.parse(line).error).filter(Boolean);
    expect(errors.join('\n')).toMatch(/within 1 s/);
    expect(errors.join('\n')).toMatch(/cannot be read|broke off/);
  }, 120_000);

  it('counts an empty answer against the model', async () => {
    writeTasks(['!empty', '', '', '']);
    await serve();
    await addEndpoint();
    const id = await lab.enqueue('endpoint:mine');
    await lab.ended(id);
    expect((await lab.summary(id)).failures).toEqual({ no_code: 1 });
  });

  it('that cannot be reached, or knows no such key, ends with a card; a retry asks only what is missing', async () => {
    writeTasks([]);
    await serve({ key: 'secret' });
    await addEndpoint({ needsKey: true });
    await expect(lab.enqueue('endpoint:mine')).rejects.toThrow(/no key.*LORABENCH_KEY_MINE/s);
    process.env.LORABENCH_KEY_MINE = 'wrong';
    const id = await lab.enqueue('endpoint:mine');
    expect(await lab.ended(id)).toBe('failed');
    const { failure } = lab.job(id);
    expect(failure?.why).toMatch(/refused: 401 Incorrect API key/);
    expect(JSON.stringify(failure)).not.toContain('wrong');
    process.env.LORABENCH_KEY_MINE = 'secret';
    await lab.retry(id);
    expect(await lab.ended(id)).toBe('done');
    expect(server?.asked[0]?.authorization).toBe('Bearer secret');
    expect(asked()).toBe(4);
    await server?.close();
    const later = await lab.enqueue('endpoint:mine');
    expect(await lab.ended(later)).toBe('failed');
    expect(lab.job(later).failure?.why).toMatch(/Nothing answers at http/);
  }, 120_000);

  it('is stopped in the middle, and goes on without asking twice', async () => {
    writeTasks([], 12);
    await serve({ delayMilliseconds: 150 });
    await addEndpoint({ concurrency: 2 });
    const id = await lab.enqueue('endpoint:mine');
    await expect.poll(asked, { timeout: 60_000 }).toBeGreaterThan(3);
    await lab.stop(id);
    expect(await lab.ended(id)).toBe('stopped');
    const kept = readFileSync(lab.path(id, 'generations.jsonl'), 'utf8').trim().split('\n').length;
    const before = asked();
    expect(kept).toBeLessThan(12);
    await lab.retry(id);
    expect(await lab.ended(id)).toBe('done');
    expect(asked() - before).toBe(12 - kept);
    expect((await lab.summary(id)).samples).toBe(12);
  }, 120_000);

  it('is asked no faster than it allows', async () => {
    writeTasks([], 4);
    await serve();
    await addEndpoint({ requestsPerMinute: 200 });
    const began = Date.now();
    const id = await lab.enqueue('endpoint:mine');
    await lab.ended(id);
    expect(Date.now() - began).toBeGreaterThan(3 * 300 - 50);
  });
});

describe('an endpoint that is tested', () => {
  const signal = new AbortController().signal;
  const test = () => createEndpointsService(lab.context).test({ name: 'mine' }, signal);

  it('says what it answered and how long that took', async () => {
    await serve({ answer: () => 'ok, I am here', delayMilliseconds: 5 });
    await addEndpoint();
    const result = await test();
    expect(result).toMatchObject({ ok: true, message: 'tiny answers.', answer: 'ok, I am here' });
    expect(result.seconds).toBeGreaterThanOrEqual(result.firstTokenSeconds ?? Number.NaN);
  });

  it('says why it does not answer, and that its key is missing before it is asked', async () => {
    await serve();
    await addEndpoint({ needsKey: true });
    await expect(test()).rejects.toThrow(/has no key/);
    expect(asked()).toBe(0);
    await addEndpoint({ baseUrl: 'http://127.0.0.1:9/v1' });
    expect(await test()).toMatchObject({
      ...{ ok: false, answer: null, seconds: null, firstTokenSeconds: null },
      message: expect.stringContaining('Nothing answers'),
    });
  });
});
