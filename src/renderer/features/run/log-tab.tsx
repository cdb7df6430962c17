import type { RunDetail } from '@shared/run';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { inputClasses } from '../../ui/field';
import { integer, plural } from '../../ui/format';
import { ToggleButton } from '../../ui/segmented';
import { Empty, Waiting } from '../../ui/waiting';
import { LogReader } from './log-reader';

/** The worker's log: it follows the end until asked not to, and can be searched. */
export function LogTab({
  run,
  live,
}: {
  readonly run: RunDetail;
  readonly live: boolean;
}): ReactNode {
  const { client } = useLab();
  const { id } = run.summary;
  const reader = useMemo(() => new LogReader(client, id), [client, id]);
  const [lines, setLines] = useState<readonly string[] | null>(null);
  const [search, setSearch] = useState('');
  const [follow, setFollow] = useState(true);
  const end = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let stopped = false;
    const read = async (): Promise<void> => {
      await reader.read().catch(() => false);
      if (!stopped) setLines(reader.lines);
    };
    void read();
    const timer = live ? setInterval(() => void read(), 1000) : undefined;
    return () => {
      stopped = true;
      clearInterval(timer);
    };
  }, [reader, live]);

  const wanted = search.trim().toLowerCase();
  const shown = useMemo(
    () =>
      wanted === ''
        ? lines
        : (lines?.filter((line) => line.toLowerCase().includes(wanted)) ?? null),
    [lines, wanted],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what it scrolls for
  useEffect(() => {
    if (follow) end.current?.scrollIntoView({ block: 'end' });
  }, [shown, follow]);

  if (lines === null || shown === null) return <Waiting words="Reading the log" />;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex items-center gap-2 border-b border-line px-4 py-2">
        <input
          type="search"
          aria-label="Search the log"
          placeholder="search"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className={`${inputClasses} h-7!`}
        />
        <span role="status" className="shrink-0 text-xs text-ink-faint">
          {wanted === '' ? plural(lines.length, 'line') : `${integer(shown.length)} found`}
        </span>
        <ToggleButton pressed={follow} onChange={setFollow}>
          Follow
        </ToggleButton>
      </div>
      {lines.length === 0 ? (
        <Empty title="The log is empty." />
      ) : (
        <div
          className="min-h-0 flex-1 overflow-auto px-4 py-2"
          onWheel={(event) => event.deltaY < 0 && setFollow(false)}
        >
          <pre className="font-mono text-xs leading-4.5 whitespace-pre">
            {reader.dropped > 0 && (
              <span className="text-ink-faint">
                {`${plural(reader.dropped, 'earlier line')} in worker.log\n`}
              </span>
            )}
            {shown.join('\n')}
          </pre>
          <div ref={end} />
        </div>
      )}
    </div>
  );
}
