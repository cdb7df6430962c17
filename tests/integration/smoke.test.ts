/** Smoke tests with the starter model in PyTorch and with a real chat server, side by side. */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createLab, type Lab } from '@lab/lab';
import { placesIn } from '@lab/shell/places';
import { endpointSchema } from '@shared/endpoint';
import { type SmokeLine, smokeCheckSchema } from '@shared/smoke';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  type ChatServer,
  type ChatServerOptions,
  startChatServer,
} from '../fixtures/endpoints/chat-server';
import { removeFolder, until } from './support/bench-lab';
import { addShortPreset } from './support/few-tasks';

const places = placesIn(resolve(import.meta.dirname, '..', '..'), process.env);
const signal = new AbortController().signal;
type Request = Parameters<Lab['smoke']['start']>[0];
type View = Awaited<ReturnType<Lab['smoke']['get']>>;

let folder: string;
let lab: Lab;
let server: ChatServer | null = null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lorabench-smoke-'));
  mkdirSync(join(folder, 'home'));
  lab = await createLab({ home: join(folder, 'home'), places, shell: 'browser', schedule: true });
});
afterEach(async () => {
  await lab.close();
  await server?.close();
  server = null;
  removeFolder(folder);
});

async function serve(answer: string, options: Partial<ChatServerOptions> = {}): Promise<void> {
  server = await startChatServer({ answer: () => answer, ...options });
  const address = { baseUrl: server.url, model: 'tiny', retries: 0 };
  const endpoint = endpointSchema.parse({ schemaVersion: 1, name: 'mine', ...address });
  await lab.endpoints.save({ endpoint, replace: true }, signal);
}

const start = async (request: Partial<Request>): Promise<string> => {
  const common = { subjects: ['endpoint:mine'], sampling: {}, replace: false };
  return (await lab.smoke.start({ ...common, ...request }, signal)).id;
};

const get = async (id: string): Promise<View> => lab.smoke.get({ id }, signal);

async function ended(id: string): Promise<View> {
  const over = ['done', 'failed', 'stopped', 'cancelled'];
  await until(async () => over.includes((await get(id)).status), 'the smoke test is over', 90);
  return get(id);
}

async function followed(id: string): Promise<SmokeLine[]> {
  const lines: SmokeLine[] = [];
  for await (const line of await lab.smoke.follow({ id }, signal)) lines.push(line);
  return lines;
}

async function retry(smoke: Pick<View, 'jobId'>): Promise<void> {
  await lab.queue.retry({ id: smoke.jobId ?? '' }, signal);
}

const prompt = 'Say one.';
const strict = { noLeakedTurns: true, contains: [] as string[], matches: [] as string[] };

describe('a smoke test', () => {
  it('asks a local model and an endpoint the same, streams both and tells what there is to see', async () => {
    await serve('one two three\nHuman: four', { delayMilliseconds: 15 });
    const tasks = await lab.benchmarks.tasks({ name: 'starter' }, signal);
    const task = tasks[3];
    if (task === undefined) throw new Error('the starter benchmark is empty');
    const origin = { benchmark: 'starter', task: task.id };
    const id = await start({ subjects: ['starter', 'endpoint:mine'], origin });
    const lines = await followed(id);
    const smoke = await ended(id);
    expect(smoke).toMatchObject({ status: 'done', prompt: task.prompt, origin, met: null });
    expect(smoke.sampling).toMatchObject({ temperature: 0, topK: 0, repetitionPenalty: 1 });
    const [local, remote] = smoke.answers;
    expect(local).toMatchObject({ label: 'base starter', kind: 'base-model', status: 'done' });
    expect(remote).toMatchObject({
      ...{ label: 'mine tiny', text: 'one two three\nHuman: four' },
      findings: {
        ...{ finishReason: 'stop', completionTokens: 11, promptTokens: 7 },
        leakedTurns: [{ mark: 'Human:', at: 14 }],
        toolCall: { shape: 'none' },
      },
    });
    for (const [candidate, answer] of smoke.answers.entries()) {
      const own = lines.filter((line) => line.candidate === candidate);
      expect(own[0]?.kind).toBe('begin');
      expect(own.at(-1)?.kind).toBe('end');
      const pieces = own.flatMap((line) => (line.kind === 'piece' ? [line.text] : []));
      expect(pieces.length).toBeGreaterThan(3);
      expect(pieces.join('')).toBe(answer.text);
      expect(answer.findings?.firstTokenSeconds).toBeGreaterThan(0);
      expect(answer.findings?.tokensPerSecond).toBeGreaterThan(1);
    }
    expect(server?.asked[0]?.body).toMatchObject({ temperature: 0, max_tokens: 160 });
  }, 120_000);

  it('of a plain prompt draws as usual, and as it is told', async () => {
    await serve('one');
    await ended(await start({ prompt, systemPrompt: 'Be short.', sampling: { temperature: 0.7 } }));
    const body = server?.asked[0]?.body;
    expect(body).toMatchObject({ temperature: 0.7, top_k: 50, top_p: 0.95, max_tokens: 400 });
    expect(body).toMatchObject({ repeat_penalty: 1.2, repeat_last_n: 64 });
    expect(body?.messages).toEqual([
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: prompt },
    ]);
  }, 120_000);

  it('is saved, asked again by its name, and fails with a card when an answer is not as expected', async () => {
    let answer = 'one';
    await serve('', { answer: () => answer });
    const expect_ = { ...strict, finishReason: 'stop' as const, contains: ['one'] };
    const first = await ended(await start({ prompt, expect: expect_, save: 'counts' }));
    expect(first).toMatchObject({ status: 'done', met: true, check: null });
    const file = parse(readFileSync(join(lab.home, 'smokes', 'counts.yaml'), 'utf8')) as unknown;
    expect(smokeCheckSchema.parse(file)).toMatchObject({ prompt, expect: expect_ });
    expect(await lab.smoke.checks(signal)).toHaveLength(1);
    await expect(start({ prompt, save: 'counts' })).rejects.toThrow('already');

    answer = 'two\nUser: three';
    const failed = await ended(await start({ check: 'counts' }));
    expect(failed).toMatchObject({ status: 'failed', met: false, check: 'counts' });
    expect(failed.failure?.details.slice(0, 2)).toEqual([
      'mine tiny: expected no other speaker\'s turn; found "User:" after 4 characters',
      'mine tiny: expected it contains "one"; found "two\\nUser: three"',
    ]);
    // A retry asks anew; the answer before is put aside, not lost.
    answer = 'one';
    await retry(failed);
    await until(async () => (await get(failed.id)).status === 'done', 'it is met now', 30);
    expect(readFileSync(join(lab.home, 'jobs', failed.id, 'stream-1.jsonl'), 'utf8')).toContain(
      'two',
    );
    await lab.smoke.removeCheck({ name: 'counts' }, signal);
    await expect(start({ check: 'counts' })).rejects.toThrow('no saved smoke test');
  }, 120_000);

  it('of an endpoint that does not answer fails, keeps the others and asks only that one again', async () => {
    await serve('one', { failures: 1 });
    const asked = `${prompt} !garbage`;
    const failed = await ended(
      await start({ subjects: ['starter', 'endpoint:mine'], prompt: asked }),
    );
    expect(failed.answers.map(({ status }) => status)).toEqual(['done', 'failed']);
    expect(failed.failure?.why).toMatch(/mine tiny: .*(cannot be read|broke off)/);
    await retry(failed);
    await until(async () => (await get(failed.id)).status === 'done', 'both have answered', 60);
    const again = await get(failed.id);
    expect(again.answers[0]?.text).toBe(failed.answers[0]?.text);
    expect(again.answers[1]?.text).toBe('one');
    const stream = readFileSync(join(lab.home, 'jobs', failed.id, 'stream.jsonl'), 'utf8');
    expect(stream.match(/"kind":"begin","candidate":0/g)).toHaveLength(1);
  }, 120_000);

  it.each([
    [{}, 'asks one thing'],
    [{ prompt, check: 'x' }, 'asks one thing'],
    [{ check: 'x' }, 'no saved smoke test "x"'],
    [{ origin: { benchmark: 'starter', task: 'x' } }, 'has no task x'],
    [{ prompt, subjects: ['reference'] }, 'cannot be asked'],
    [{ prompt, expect: { ...strict, matches: ['('] } }, 'no regular expression'],
    [{ prompt, save: 'Not A Name' }, 'cannot be saved'],
  ])('is refused before anything is asked: %j', async (request, said) => {
    await serve('one');
    await expect(start(request)).rejects.toThrow(said);
    expect(await lab.smoke.list(signal)).toEqual([]);
  });
});

describe('a preset with a smoke test', () => {
  it('does not evaluate the tuned model that fails it, until somebody insists', async () => {
    addShortPreset(lab.home, 1);
    const file = join(lab.home, 'presets', 'short.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}smoke: never\n`);
    const train = () => lab.runs.train({ preset: 'short', overrides: {} }, signal);
    await expect(train()).rejects.toThrow('no saved smoke test "never"');
    const check = { schemaVersion: 1, name: 'never', prompt, expect: { minTokens: 30_000 } };
    mkdirSync(join(lab.home, 'smokes'));
    writeFileSync(
      join(lab.home, 'smokes', 'never.yaml'),
      JSON.stringify({ ...check, sampling: { maxNewTokens: 4 } }),
    );
    const { runId } = await train();
    const jobs = async () => (await lab.queue.snapshot(signal)).jobs;
    const over = async () =>
      (await jobs()).every(({ state }) => !['queued', 'running', 'judging'].includes(state));
    await until(over, 'the queue is empty', 150);
    const states = Object.fromEntries((await jobs()).map(({ title, state }) => [title, state]));
    expect(states).toEqual({
      'Train short 1': 'done',
      'Smoke test never · short 1': 'failed',
      'Evaluate base starter · few': 'done',
      'Evaluate short 1 · few': 'cancelled',
    });
    const waiting = (await jobs()).find(({ title }) => title === 'Evaluate short 1 · few');
    expect(waiting?.failure?.title).toContain('Smoke test never');
    expect((await lab.runs.get({ id: runId }, signal)).smoke).toMatchObject({
      check: 'never',
      status: 'failed',
      failure: { why: expect.stringContaining('expected') },
      refused: [{ evaluationId: waiting?.targetId, jobId: waiting?.id }],
    });
    await lab.queue.retry({ id: waiting?.id ?? '' }, signal);
    await until(over, 'it is evaluated nevertheless', 90);
    const run = await lab.runs.get({ id: runId }, signal);
    expect(run.smoke).toMatchObject({ status: 'failed', refused: [] });
    expect(run.summary.evaluations.map(({ status }) => status)).toEqual(['done', 'done']);
  }, 300_000);
});
