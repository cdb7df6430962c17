/**
 * Everything that detection and live load know of a machine comes through here, so that a recording
 * of another machine runs through exactly the same parsers as this one.
 */

/** What a file said; `denied` and `failed` are told apart from `missing` because the fix differs. */
export type Reading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied' }
  /** An error of the driver behind the file, or, when it hangs, no answer in time. */
  | { readonly kind: 'failed'; readonly why: string; readonly hangs: boolean };

export type CommandEnd =
  | {
      readonly kind: 'ended';
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'timeout' };

export interface MachineSources {
  /** Title of the recording; null for the machine that this program runs on. */
  readonly recording: string | null;
  readonly platform: NodeJS.Platform;
  /** As Node names it: x64, arm64. */
  readonly architecture: string;
  readonly hostName: string;
  readonly operatingSystem: string;
  /** What the system calls its processor. */
  readonly processor: string;
  /** Logical processors that this program may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly environment: Readonly<Record<string, string | undefined>>;

  /** A small text file of /sys, /proc or /opt, trimmed. Never throws, never takes longer than its limit. */
  read(path: string): Promise<Reading>;
  /** Names in a folder, in natural order; none when it cannot be listed. */
  list(path: string): Promise<readonly string[]>;
  /** Whether a device node can be opened for reading and writing. */
  access(path: string): Promise<'open' | 'missing' | 'denied'>;
  /** Runs a tool; what it has not said by then is a timeout, even when it cannot be killed. */
  run(command: string, args: readonly string[], limitMilliseconds?: number): Promise<CommandEnd>;
  /** Lines of a tool that keeps writing; ends with the tool or with the signal, which kills it. */
  lines(command: string, args: readonly string[], signal: AbortSignal): AsyncIterable<string>;
}

/** Long for a healthy tool, short for somebody who waits; all tools are asked at the same time. */
export const toolLimitMilliseconds = 5_000;

/** The text of a file, or null whatever the reason. */
export async function readText(sources: MachineSources, path: string): Promise<string | null> {
  const reading = await sources.read(path);
  return reading.kind === 'text' && reading.text !== '' ? reading.text : null;
}

/** A non-negative number in a file; null when there is none. */
export async function readNumber(sources: MachineSources, path: string): Promise<number | null> {
  const text = await readText(sources, path);
  if (text === null) return null;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
