import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveEndpoint } from '@lab/endpoints/endpoint-files';
import { endpointSchema } from '@shared/endpoint';
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
  folder = mkdtempSync(join(tmpdir(), 'lorabench-agent-'));
  lab = new EvaluationLab(folder);
});
afterEach(async () => {
  await lab.close();
  await server?.close();
  server = null;
  rmSync(folder, { recursive: true });
});

async function serve(options: Partial<ChatServerOptions> = {}): Promise<void> {
  server = await startChatServer({ answer: mending, ...options });
  const endpoint = { schemaVersion: 1, name: 'mine', baseUrl: server.url, model: 'tiny' };
  await saveEndpoint(lab.context, endpointSchema.parse({ ...endpoint, concurrency: 2 }), true);
}

const enqueue = async (rounds: number, more: object = {}): Promise<string> => {
  const request = { subject: 'agent:endpoint:mine', benchmark: 'mine', repeats: 1, rounds };
  const { id } = await lab.service.enqueue({ ...request, allowUnsandboxed: false, ...more });
  return id;
};

const code = (text: string): string => `Here:\n\`\`\`js\n${text}\n\`\`\``;
const prompts = (): string[] => server?.asked.map(({ prompt }) => prompt) ?? [];

/**
 * 0 is right at once, 1 fails when it is run and is mended, 2 never compiles, 3 prints the wrong
 * number, which only the expected output would tell.
 */
function mending(prompt: string): string {
  const number = /Print (\d+)/.exec(prompt)?.[1] ?? '';
  const again = prompt.includes('This was your last program');
  if (number === '1' && !again) return code('console.log(one)');
  if (number === '2') return code('console.log(1 ? 2 : 0');
  if (number === '3') return code('console.log(333)');
  return code(`console.log(1 ? ${number} : 0)`);
}

describe('an agent loop', () => {
  it('gives back what the toolchain says until nothing is wrong, and reports pass by round', async () => {
    writeBenchmark(lab.context, 4);
    await serve();
    const id = await enqueue(3);
    expect(await lab.ended(id)).toBe('done');
    const summary = await lab.summary(id);
    expect(summary).toMatchObject({ subject: 'mine tiny · agent, 3 rounds', samples: 4 });
    expect(summary.passAt1.value).toBe(0.5);
    expect(summary.failures).toEqual({ syntax: 1, wrong_output: 1 });
    expect(
      summary.rounds?.map(({ asked, passed }) => [asked, passed.passed, passed.total]),
    ).toEqual([
      [4, 1, 4],
      [2, 2, 4],
      [1, 2, 4],
    ]);
    expect(prompts()).toHaveLength(7);
    const mended = prompts().find((prompt) => /^Print 1\.\n/.test(prompt));
    expect(mended).toContain('```javascript\nconsole.log(one)\n```');
    expect(mended).toMatch(/It fails when it is run:\n[\s\S]*ReferenceError: one is not defined/);
    const third = prompts().findLast((prompt) => prompt.startsWith('Print 2.'));
    expect(third).toMatch(/It does not compile:\n[\s\S]*SyntaxError/);
    // All rounds cost tokens: 11 each, as the server counts.
    const generation = lab.lines(id, 'generations.jsonl').find((line) => line.includes('"t2"'));
    expect(generation).toContain('"completionTokens":33');
  }, 120_000);

  it('is compared with the same subject without rounds', async () => {
    writeBenchmark(lab.context, 4);
    await serve();
    const once = await lab.enqueue('endpoint:mine');
    const agent = await enqueue(2);
    expect([await lab.ended(once), await lab.ended(agent)]).toEqual(['done', 'done']);
    const comparison = await lab.service.compare({ a: once, b: agent, force: false });
    expect(comparison).toMatchObject({ tasks: 4, onlyA: [], onlyB: ['t1'], forced: false });
    const detail = await lab.service.get({ id: agent });
    expect(detail.rivalId).toBe(once);
    expect(detail.item.subjectKind).toBe('agent');
  }, 120_000);

  it('never shows the hidden tests, nor what the program should print', async () => {
    writeBenchmark(lab.context, 3);
    const path = join(lab.context.home.benchmarks, 'mine', 'tasks.jsonl');
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    const rows = lines.map((line, index) => ({
      ...(JSON.parse(line) as object),
      ...{ prompt: `Write add, variant ${index}.`, expectedOutput: null, constructs: [] },
      ...{ reference: 'function add(a, b) { return a + b; }', entryPoint: 'add' },
      tests: "test('secret sum', () => assert.equal(candidate(40, 1234), 1274));",
    }));
    writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const answers = [
      'function add(a, b) { return a - b; }',
      'function add(a, b) { return a +; }',
      'function add(a, b) { throw new Error(String(a)); }',
    ];
    await serve({
      answer: (prompt) => {
        const index = Number(/variant (\d)/.exec(prompt)?.[1]);
        if (prompt.includes('does not compile'))
          return code('function add(a, b) { return a + b; }');
        return code(answers[index] ?? '');
      },
    });
    const id = await enqueue(3);
    expect(await lab.ended(id)).toBe('done');
    const { passAt1, rounds } = await lab.summary(id);
    expect(passAt1.value).toBeCloseTo(1 / 3);
    expect(rounds?.map(({ asked, passed }) => [asked, passed.passed])).toEqual([
      [3, 0],
      [1, 1],
      [0, 1],
    ]);
    expect(prompts()).toHaveLength(4);
    for (const prompt of prompts()) expect(prompt).not.toMatch(/secret|1234|1274|40/);
  }, 120_000);

  it('is stopped, restarted and goes on without asking twice', async () => {
    writeBenchmark(lab.context, 8);
    await serve({
      delayMilliseconds: 60,
      answer: (prompt) => (prompt.includes('last program') ? mending(prompt) : code('one')),
    });
    const id = await enqueue(3);
    await expect.poll(() => prompts().length, { timeout: 60_000 }).toBeGreaterThan(3);
    await lab.stop(id);
    expect(await lab.ended(id)).toBe('stopped');
    const kept = lab.lines(id, 'rounds.jsonl').length;
    expect(kept).toBeLessThan(8);
    const before = prompts().length;
    await lab.retry(id);
    await expect.poll(() => prompts().length, { timeout: 60_000 }).toBeGreaterThan(before + 6);
    await lab.restart();
    expect(await lab.ended(id)).toBe('done');
    const rounds = lab.lines(id, 'rounds.jsonl').map((line) => JSON.parse(line) as object);
    const places = rounds.map((round) => JSON.stringify({ ...round, text: '', seconds: 0 }));
    expect(new Set(places).size).toBe(rounds.length);
    const answered = prompts().length - rounds.length;
    // What was in the air when it was stopped, at most two at a time, is asked again.
    expect(answered).toBeLessThanOrEqual(4);
    expect((await lab.summary(id)).rounds?.[0]?.asked).toBe(8);
  }, 120_000);

  it('counts an answer that does not come as a failure of ours', async () => {
    writeBenchmark(lab.context, 2);
    await serve({ failures: 100, answer: (prompt) => mending(prompt) });
    const path = join(lab.context.home.benchmarks, 'mine', 'tasks.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('Print 1.', 'Print 1. !garbage'));
    const id = await enqueue(2);
    expect(await lab.ended(id)).toBe('done');
    const { failures, rounds, passAt1 } = await lab.summary(id);
    expect(failures).toEqual({ generation: 1 });
    expect(passAt1.value).toBe(1);
    expect(rounds?.[1]).toMatchObject({ asked: 0, passed: { passed: 1, total: 1 } });
  }, 120_000);

  it.skipIf(spawnSync('go', ['version']).status !== 0)(
    'builds, vets and formats Go, whose hidden tests need not run by themselves',
    async () => {
      const line = (text: string) => `package sandbox\n\n${text}\n`;
      const double = 'func Double(n int) int {\n\treturn 2 * n\n}';
      writeBenchmark(lab.context, 1);
      const folder = join(lab.context.home.benchmarks, 'mine');
      const manifest = JSON.parse(readFileSync(join(folder, 'benchmark.json'), 'utf8')) as object;
      const go = { ...manifest, toolchain: 'go' };
      writeFileSync(join(folder, 'benchmark.json'), JSON.stringify(go));
      const test = 'if Double(21) != 42 {\n\t\tt.Fatal("secret")\n\t}';
      const tests = line(`import "testing"\n\nfunc TestDouble(t *testing.T) {\n\t${test}\n}`);
      const task = { id: 'double', category: 'a', prompt: 'Write Double.', constructs: [], tests };
      const row = { ...task, reference: line(double) };
      writeFileSync(join(folder, 'tasks.jsonl'), `${JSON.stringify(row)}\n`);
      const answers = [
        line('func Double(n int) int {\n\treturn 2 * m\n}'),
        line(`import "fmt"\n\n${double}\n\nfunc Say() {\n\tfmt.Printf("%d", "one")\n}`),
        line('func Double(n int) int {\n  return 2 * n\n}'),
        line(double),
      ];
      const everyGate = ['gofmt', 'vet', 'no_third_party_imports', 'no_unsafe'];
      const said = [
        /It does not compile:[\s\S]*undefined: m/,
        /vet[\s\S]*%d/,
        /not formatted as gofmt/,
      ];
      await serve({
        answer: (prompt) => {
          const round = said.findIndex((pattern) => pattern.test(prompt)) + 1;
          return `\`\`\`go\n${answers[round] ?? ''}\`\`\``;
        },
      });
      // Formatting is no gate of this benchmark: those programs pass its hidden tests already, and
      // only who asks for it is told.
      const expected = [
        { more: {}, gates: ['vet'], asked: [1, 1, 1, 0, 0, 0] },
        { more: { allGates: true }, gates: everyGate, asked: [1, 1, 1, 1, 0, 0] },
      ];
      for (const { more, gates, asked } of expected) {
        const id = await enqueue(6, more);
        expect(await lab.ended(id)).toBe('done');
        const { rounds, passAt1 } = await lab.summary(id);
        expect(passAt1.value).toBe(1);
        expect(rounds?.map((round) => round.asked)).toEqual(asked);
        expect(rounds?.map(({ passed }) => passed.passed)).toEqual([0, 1, 1, 1, 1, 1]);
        const spec = readFileSync(join(lab.context.home.evaluationFolder(id), 'spec.json'), 'utf8');
        expect(JSON.parse(spec)).toMatchObject({ agent: { rounds: 6, gates } });
      }
      for (const prompt of prompts()) expect(prompt).not.toContain('secret');
    },
    180_000,
  );

  it.each([
    ['reference', 'cannot be an agent'],
    ['nobody', 'There is no subject "nobody"'],
  ])('of %s is refused', async (subject, said) => {
    writeBenchmark(lab.context, 1);
    const asked = enqueue(2, { subject: `agent:${subject}` });
    await expect(asked).rejects.toThrow(said);
  });

  it('needs the word agent for rounds', async () => {
    writeBenchmark(lab.context, 1);
    await expect(enqueue(2, { subject: 'reference' })).rejects.toThrow('answers each task once');
  });
});
