import type { Preset } from '@shared/preset';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { ErrorCard } from '../../ui/error-card';
import { useSettled } from '../../ui/use-settled';
import { Waiting } from '../../ui/waiting';
import { samePreset } from './draft-store';

interface Problem {
  readonly path: string;
  readonly message: string;
}

/** The line that a problem names; null when it names none. */
export function lineOf({ path, message }: Problem): number | null {
  const found = /\bline (\d+)/.exec(`${path} ${message}`)?.[1];
  return found === undefined ? null : Number(found);
}

/** The line on which a dotted path's last key stands, for problems that name a field. */
export function lineOfPath(yaml: string, path: string): number | null {
  if (path === '') return null;
  const lines = yaml.split('\n');
  let from = 0;
  let found: number | null = null;
  for (const key of path.split('.')) {
    if (/^\d+$/.test(key)) continue;
    const at = lines.findIndex(
      (line, index) =>
        index >= from && new RegExp(`^\\s*(- )?["']?${escaped(key)}["']?:`).test(line),
    );
    if (at < 0) return found;
    found = at + 1;
    from = at + 1;
  }
  return found;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The preset as its file; what is typed here flows back into the form as soon as it can be read. */
export function YamlView({
  preset,
  begun,
  onChange,
  onBroken,
}: {
  readonly preset: Preset;
  /** What was typed before and could not be read. */
  readonly begun: string | null;
  readonly onChange: (preset: Preset) => void;
  /** What is typed cannot be read; it must not get lost. */
  readonly onBroken: (text: string) => void;
}): ReactNode {
  const { query } = useLab();
  const [text, setText] = useState<string | null>(begun);
  const printed = useQuery(query.presets.print.queryOptions({ input: { preset }, retry: false }));
  const settled = useSettled(text, 300);
  const parsed = useQuery(
    query.presets.parse.queryOptions({
      input: { yaml: settled ?? '' },
      enabled: settled !== null,
      retry: false,
      gcTime: 30_000,
    }),
  );
  const latest = useRef({ preset, begun, onChange, onBroken });
  useEffect(() => {
    latest.current = { preset, begun, onChange, onBroken };
  });
  const read = settled === null ? undefined : parsed.data;
  useEffect(() => {
    const { preset: now, begun: kept, onChange: take, onBroken: keep } = latest.current;
    if (read === undefined || settled === null) return;
    if (read.preset === null) {
      if (settled !== kept) keep(settled);
    } else if (kept !== null || !samePreset(read.preset, now)) take(read.preset);
  }, [read, settled]);

  if (printed.isError) return <ErrorCard error={printed.error} />;
  if (printed.data === undefined && text === null) return <Waiting words="Writing the file" />;
  const yaml = text ?? printed.data?.yaml ?? '';
  return (
    <div className="flex flex-col gap-3 p-4">
      <Problems
        problems={read?.problems ?? []}
        yaml={yaml}
        changed={text !== null}
        reading={text !== settled || (settled !== null && parsed.isFetching)}
      />
      <YamlText
        text={yaml}
        onChange={setText}
        bad={(read?.problems ?? []).flatMap(
          (problem) => lineOf(problem) ?? lineOfPath(yaml, problem.path) ?? [],
        )}
      />
    </div>
  );
}

function YamlText({
  text,
  onChange,
  bad,
}: {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly bad: readonly number[];
}): ReactNode {
  const id = useId();
  const count = text.split('\n').length;
  return (
    <div className="flex overflow-hidden rounded-md border border-line-strong bg-panel font-mono text-xs leading-5 focus-within:outline-2 focus-within:outline-accent">
      <div aria-hidden className="shrink-0 bg-sunken py-2 text-right text-ink-faint select-none">
        {Array.from({ length: count }, (_, at) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: lines are their position
            key={at}
            className={`px-2 ${bad.includes(at + 1) ? 'bg-failed-soft font-semibold text-failed' : ''}`}
          >
            {at + 1}
          </div>
        ))}
      </div>
      <textarea
        id={id}
        aria-label="Preset as YAML"
        aria-describedby="yaml-problems"
        aria-invalid={bad.length > 0}
        spellCheck={false}
        rows={count}
        value={text}
        wrap="off"
        onChange={(event) => onChange(event.target.value)}
        className="min-w-0 flex-1 resize-none overflow-x-auto bg-transparent px-3 py-2 leading-5 outline-none"
      />
    </div>
  );
}

function Problems({
  problems,
  yaml,
  changed,
  reading,
}: {
  readonly problems: readonly Problem[];
  readonly yaml: string;
  readonly changed: boolean;
  readonly reading: boolean;
}): ReactNode {
  return (
    <div id="yaml-problems" role="status" className="text-xs">
      {problems.length === 0 ? (
        <p className="text-ink-faint">
          {reading
            ? 'Reading what you typed.'
            : changed
              ? 'Read: the form shows the same.'
              : 'The file as it will be saved. What you change here changes the form.'}
        </p>
      ) : (
        <ul aria-label="Problems" className="space-y-1 rounded-md bg-failed-soft p-3">
          {problems.map((problem) => {
            const named = lineOf(problem);
            const line = named ?? lineOfPath(yaml, problem.path);
            return (
              <li key={`${problem.path} ${problem.message}`}>
                {named === null && line !== null && (
                  <span className="font-medium text-failed">line {line}: </span>
                )}
                {problem.path !== '' && <code className="font-mono">{problem.path} </code>}
                {problem.message}
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
