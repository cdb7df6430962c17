/** Runs one confined program to its end and captures what it did. Nothing of it is left running. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { killGroup, killTree, residentBytesOf } from './process-tree';
import type { ConfinedProgram, Sandbox } from './sandbox';

type Stop = 'timeout' | 'too-much-output' | 'too-much-memory' | 'aborted';

export interface Captured {
  /** `refused`: the sandbox did not start the program, which is no fault of the program's. */
  readonly ending: 'exited' | 'refused' | Stop;
  readonly stdout: string;
  readonly stderr: string;
  /** bwrap says 128 + n where signal n ended the program; for people, never for verdicts. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly milliseconds: number;
}

/** A conversation with a running program, in lines over its standard input and output. */
export interface Talk {
  /** Called at once; `say` writes a line, `end` closes the program's input. */
  begin(say: (line: string) => void, end: () => void): void;
  line(text: string): void;
}

const memoryLookMilliseconds = 200;
const markName = 'LORABENCH_BOX';

export async function runConfined(
  sandbox: Sandbox,
  program: ConfinedProgram,
  box: string,
  signal?: AbortSignal,
  talk?: Talk,
): Promise<Captured> {
  const group = sandbox.groups?.take(program.limits) ?? null;
  const plain = sandbox.launch(program, box);
  const launch = group?.enclose(plain) ?? plain;
  const began = performance.now();
  const mark = `${markName}=${randomUUID()}`;
  const child = spawn(launch.command, [...launch.args], {
    cwd: launch.cwd,
    env: { ...launch.env, [markName]: mark.slice(markName.length + 1) },
    stdio: [
      talk === undefined && program.input === undefined ? 'ignore' : 'pipe',
      'pipe',
      'pipe',
      launch.statusPipe ? 'pipe' : 'ignore',
    ],
    // A group of its own, so that the group can be killed. bwrap takes its namespace with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const spent = (): boolean => group?.ranOutOfMemory() === true;
  const watch = new Watch(child, program, () => end(child, sandbox, mark), { talk, spent });
  const abort = () => watch.stop('aborted');
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const { code, killedBy } = await watch.ended;
    if (sandbox.name !== 'bubblewrap' && child.pid !== undefined) await killTree(child.pid, mark);
    return {
      ending: endingOf(watch, launch.statusPipe, spent()),
      stdout: watch.stdout,
      stderr: watch.stderr,
      exitCode: code,
      signal: killedBy,
      milliseconds: performance.now() - began,
    };
  } finally {
    watch.clear();
    if (group !== null) sandbox.groups?.giveBack(group);
    signal?.removeEventListener('abort', abort);
  }
}

/**
 * The death of bwrap ends its process namespace, and with it everything in there. Killed in its first
 * milliseconds, it leaves a child that waits for it for ever; that one is still in its process group.
 */
function end(child: ChildProcess, sandbox: Sandbox, mark: string): void {
  if (child.pid === undefined) return;
  if (sandbox.name === 'bubblewrap') killGroup(child.pid);
  else void killTree(child.pid, mark);
}

function endingOf(watch: Watch, hasStatus: boolean, spent: boolean): Captured['ending'] {
  // What waits for a process that the kernel ended for its memory may have run out of time, too.
  if (spent && (watch.stopped === null || watch.stopped === 'timeout')) return 'too-much-memory';
  if (watch.stopped !== null) return watch.stopped;
  if (watch.startProblem !== null) return 'refused';
  return hasStatus && !/"exit-code":/.test(watch.status) ? 'refused' : 'exited';
}

class Watch {
  readonly ended: Promise<{ code: number | null; killedBy: NodeJS.Signals | null }>;
  stopped: Stop | null = null;
  startProblem: Error | null = null;
  status = '';
  readonly #output: { readonly out: Buffer[]; readonly error: Buffer[] } = { out: [], error: [] };
  readonly #end: () => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #bytes = 0;

  constructor(
    child: ChildProcess,
    { limits, input }: ConfinedProgram,
    endChild: () => void,
    { talk, spent }: { readonly talk: Talk | undefined; readonly spent: () => boolean },
  ) {
    this.#end = endChild;
    const collect = (into: Buffer[]) => (chunk: Buffer) => {
      this.#bytes += chunk.length;
      if (this.#bytes > limits.outputBytes) this.stop('too-much-output');
      else into.push(chunk);
    };
    // A program that has ended takes no more input; how it ended is told elsewhere.
    child.stdin?.on('error', () => undefined);
    if (input !== undefined) child.stdin?.end(input);
    if (talk === undefined) child.stdout?.on('data', collect(this.#output.out));
    else converse(child, talk, limits.outputBytes, () => this.stop('too-much-output'));
    child.stderr?.on('data', collect(this.#output.error));
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      this.status += chunk.toString();
    });
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        this.startProblem = error;
        resolve({ code: null, killedBy: null });
      });
      child.once('close', (code, killedBy) => resolve({ code, killedBy }));
    });
    this.#timers.push(
      setTimeout(() => this.stop('timeout'), limits.timeoutSeconds * 1000),
      setInterval(() => this.#look(child, limits.memoryMegabytes, spent), memoryLookMilliseconds),
    );
    // A background process that holds the output open must not keep a finished program waiting.
    child.once('exit', () => this.#timers.push(setTimeout(() => this.#end(), 500)));
  }

  get stdout(): string {
    return Buffer.concat(this.#output.out).toString('utf8');
  }
  get stderr(): string {
    const said = Buffer.concat(this.#output.error).toString('utf8');
    return this.startProblem === null ? said : `${said}${this.startProblem.message}`;
  }

  stop(reason: Stop): void {
    if (this.stopped !== null) return;
    this.stopped = reason;
    this.#end();
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** A control group of version 1 ends one process of the program; the others end here. */
  async #look(child: ChildProcess, megabytes: number, spent: () => boolean): Promise<void> {
    if (child.pid === undefined) return;
    const most = megabytes * 1024 * 1024;
    if (spent() || (await residentBytesOf(child.pid)) > most) this.stop('too-much-memory');
  }
}

/** Splits what the program says into lines; one longer than `longest` ends the program. */
function converse(child: ChildProcess, talk: Talk, longest: number, tooLong: () => void): void {
  let rest: Buffer[] = [];
  let held = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)]).toString('utf8');
      rest = [];
      held = 0;
      start = end + 1;
      talk.line(line);
    }
    rest.push(chunk.subarray(start));
    held += chunk.length - start;
    if (held > longest) tooLong();
  });
  talk.begin(
    (line) => child.stdin?.write(`${line}\n`),
    () => child.stdin?.end(),
  );
}
