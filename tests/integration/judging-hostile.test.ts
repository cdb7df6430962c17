/** Programs in Python and Go that mean harm: each is contained, and the judge goes on. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Judge, openJudge } from '@lab/evaluations/judge/open-judge';
import { type LabHome, openHome } from '@lab/store/home';
import type { Task } from '@shared/benchmark';
import type { Judgement } from '@shared/judgement';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { removeFolder, temporaryFolder } from './support/bench-lab';
import { go, python } from './support/hostile-programs';

const shipped = join(import.meta.dirname, '../../resources/toolchains');
const limits = { timeoutSeconds: 4, memoryMegabytes: 400, outputBytes: 200_000 };
let folder: string;
let home: LabHome;
let secret: string;

beforeAll(() => {
  folder = temporaryFolder();
  home = openHome(join(folder, 'home'));
  secret = join(mkdtempSync(join(tmpdir(), 'lorabench-secret-')), 'key');
  writeFileSync(secret, 'secret');
});
afterAll(() => {
  rmSync(join(secret, '..'), { recursive: true });
  removeFolder(folder);
});

/** A judge whose limits are reached soon. */
function openQuick(name: string): Promise<Judge> {
  const resources = join(folder, name);
  mkdirSync(resources, { recursive: true });
  cpSync(shipped, join(resources, 'toolchains'), { recursive: true });
  const path = join(resources, 'toolchains', `${name}.yaml`);
  writeFileSync(path, stringify({ ...parse(readFileSync(path, 'utf8')), ...limits }));
  const places = { resources, python: '', environments: '' };
  return openJudge({ home, places }, name, { allowUnsandboxed: false });
}

function judgeText(judge: Judge, text: string, parts: Partial<Task> = {}): Promise<Judgement> {
  const task: Task = {
    ...{ id: 'task', category: 'test', prompt: 'Write it.', reference: '', constructs: [] },
    ...parts,
  };
  return judge.judge(task, {
    ...{ taskId: 'task', sample: 0, text, finishReason: 'stop' },
    ...{ promptTokens: 1, completionTokens: 1, seconds: 0 },
  });
}

/** Living processes that carry `mark` as their name or among their words. */
function running(mark: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = ['comm', 'cmdline'].map((file) =>
          readFileSync(`/proc/${pid}/${file}`, 'utf8'),
        );
        return words.some((text) => text.includes(mark));
      } catch {
        return false;
      }
    });
}

let marks = 0;
/** Fits into the 15 characters of a process's name. */
const newMark = () => `h${process.pid % 100_000}x${marks++}y`;
const gone = (mark: string) => expect.poll(() => running(mark), { timeout: 30_000 }).toEqual([]);

/** Listens on TCP and, on Linux, on an abstract socket, which has no file to hide. */
async function listening(
  name: string,
): Promise<{ port: number; close: () => void; calls: number }> {
  const counted = { calls: 0 };
  const listen = (where: string | number): Promise<Server> => {
    const server = createServer((socket) => {
      counted.calls += 1;
      socket.end();
    });
    return new Promise((resolve) => {
      if (typeof where === 'number') server.listen(where, '127.0.0.1', () => resolve(server));
      else server.listen(where, () => resolve(server));
    });
  };
  const servers = await Promise.all([listen(0), listen(`\0${name}`)]);
  const address = servers[0].address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () => {
      for (const server of servers) server.close();
    },
    get calls() {
      return counted.calls;
    },
  };
}

const withPaths = (text: string) =>
  text.replaceAll('SECRET', secret).replaceAll('"HOME"', JSON.stringify(homedir()));

const languages: readonly [string, typeof python | typeof go][] = [
  ['python', python],
  ['go', go],
];

describe.each(languages)('hostile programs in %s', (name, programs) => {
  let judge: Judge;
  beforeAll(async () => {
    judge = await openQuick(name);
  });
  afterAll(() => judge.close());

  const answers = async (text: string): Promise<Readonly<Record<string, string>>> => {
    const { stdout, message } = await judgeText(judge, withPaths(text));
    expect(message).toBe('');
    const lines = stdout.trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(': ', 2)));
  };

  it('see nothing of the user, reach nobody, write nowhere, and kill nobody', async () => {
    const mark = newMark();
    const server = await listening(mark);
    process.env.LORABENCH_SECRET = 'secret';
    try {
      const {
        home: seen = '',
        environ = '',
        mount = '',
        ...deeds
      } = await answers(programs.deeds(mark, server.port));
      // A toolchain that lives in the user's home is there, and nothing beside it.
      expect(['0', '1', 'No such file or directory']).toContain(seen);
      expect([environ.toLowerCase(), mount.toLowerCase()]).toEqual(['false', 'true']);
      expect(Object.keys(deeds).length).toBeGreaterThan(13);
      // Sending a signal to the first process of its own namespace is allowed and does nothing.
      const { init: _, parent: __, ...refused } = deeds;
      const done = Object.entries(refused).filter(([, said]) => /^(done|got)/.test(said));
      expect(done).toEqual([]);
      expect(server.calls).toBe(0);
      expect(existsSync('/tmp/link')).toBe(false);
    } finally {
      delete process.env.LORABENCH_SECRET;
      server.close();
    }
  }, 120_000);

  it('are ended for endless output and for hoarded memory, and it is said which it was', async () => {
    const [output, memory] = await Promise.all([
      judgeText(judge, programs.endless),
      judgeText(judge, programs.hoard),
    ]);
    expect(output).toMatchObject({ failure: 'runtime', message: 'printed more than 200000 bytes' });
    expect(output.stdout.length).toBeLessThan(30_000);
    expect(memory.failure).toBe('runtime');
    expect(memory.message).toMatch(/MemoryError|out of memory|more than 400 MB/);
  }, 120_000);

  it('cannot fill the disk with large, hollow or many files', async () => {
    const { sparse, one, many } = await answers(programs.huge);
    const refused = /^(file too large|no space left on device)$/i;
    for (const said of [sparse, one, many]) expect(said).toMatch(refused);
  }, 120_000);

  it('leave no background process behind', async () => {
    const mark = newMark();
    const judgement = await judgeText(judge, programs.daemon(mark), { expectedOutput: 'done' });
    expect(judgement.message).toBe('');
    await gone(mark);
  }, 120_000);

  it('stop as fork bombs within the time limit, and the next one is judged as ever', async () => {
    const mark = newMark();
    const began = Date.now();
    const bomb = judgeText(judge, programs.fork(mark));
    await expect.poll(() => running(mark).length, { timeout: 60_000 }).toBeGreaterThan(3);
    expect(running(mark).length).toBeLessThan(300);
    expect(['timeout', 'runtime']).toContain((await bomb).failure);
    await gone(mark);
    expect(Date.now() - began).toBeLessThan(60_000);
    expect((await judgeText(judge, programs.print, { expectedOutput: 'ok' })).passed).toBe(true);
  }, 120_000);
});

describe('hostile programs under hidden tests', () => {
  let judge: Judge;
  beforeAll(async () => {
    judge = await openQuick('python');
  });
  afterAll(() => judge.close());

  const task = {
    tests: 'def check(candidate):\n    assert candidate(2) == 4',
    entryPoint: 'twice',
  };
  const right = 'def twice(x): return 2 * x';

  it('share no memory beyond the limit among processes of theirs', async () => {
    const mark = newMark();
    const judgement = await judgeText(judge, python.shared(mark));
    expect(judgement).toMatchObject({ failure: 'runtime' });
    expect(judgement.message).toMatch(/more than 400 MB/);
    await gone(mark);
  }, 120_000);

  it('are refused whatever they do to the pipe or to the tester', async () => {
    const mark = newMark();
    const programs: Readonly<Record<string, string>> = {
      'a flood of lines': 'import os\ndef twice(x):\n    while True: os.write(3, b"{}\\n" * 1000)',
      'one endless line': 'import os\ndef twice(x):\n    while True: os.write(3, b"x" * 100000)',
      'a flood before it is asked': 'import os\nwhile True: os.write(3, b"{\\"ready\\": true}\\n")',
      'a callback for ever':
        'import os\ndef twice(x):\n    while True: os.write(3, b"{\\"callback\\": 1, \\"args\\": []}\\n")',
      'a value of a million lists':
        'def twice(x):\n    value = []\n    for _ in range(10 ** 6): value = [value]\n    return value',
      'an endless iterator that is no number': 'def twice(x):\n    while True: yield x',
      'pipes that are closed': 'import os\ndef twice(x):\n    os.closerange(0, 20)\n    return 4',
      'a signal to everybody': 'import os\ndef twice(x):\n    os.kill(-1, 9)\n    return 5',
      'a fork that answers too': 'import os\ndef twice(x):\n    os.fork()\n    return 5',
      'a background process that holds the pipe': `import os, time\ndef twice(x):\n    if os.fork() == 0:\n        open("/proc/self/comm", "w").write("${mark}")\n        time.sleep(1000)\n    os._exit(0)`,
    };
    const judged = await Promise.all(
      Object.values(programs).map((one) => judgeText(judge, one, task)),
    );
    Object.keys(programs).forEach((name, index) => {
      expect([name, judged[index]?.passed]).toEqual([name, false]);
      expect([name, judged[index]?.failure]).not.toEqual([name, 'sandbox']);
    });
    await gone(mark);
    const after = await judgeText(judge, right, task);
    expect([after.passed, after.message]).toEqual([true, '']);
  }, 120_000);
});
