import type { Preset } from '@shared/preset';
import { FileUp, Plus } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { useCommand } from '../../ui/use-command';
import { freeName, useDrafts } from '../editor/draft-store';
import { importPreset } from '../editor/preset-file';

/** Begins a preset, or reads one from a file; below it what was begun and never saved. */
export function NewPresetCard({ names }: { readonly names: readonly string[] }): ReactNode {
  const { client } = useLab();
  const [, navigate] = useLocation();
  const input = useRef<HTMLInputElement>(null);
  const drafts = useDrafts((state) => state.drafts);
  const begun = Object.entries(drafts).filter(([name]) => !names.includes(name));
  const open = (preset: Preset): void => {
    const { drafts: now, keep } = useDrafts.getState();
    // Over a saved preset it is a change to look at; over another draft it would be a loss.
    const name =
      now[preset.name] === undefined
        ? preset.name
        : freeName(preset.name, [...names, ...Object.keys(now)]);
    keep(name, { preset: { ...preset, name }, invalid: {} });
    navigate(`/presets/${name}`);
  };
  const read = useCommand((file: File) => importPreset(client, file), {
    said: ({ title }) => `Read: ${title}. Look at it, then save it.`,
    after: open,
  });
  return (
    <div className="flex min-h-40 flex-col rounded-lg border border-dashed border-line-strong">
      <Link
        href="/presets/new"
        className="clickable flex flex-1 flex-col items-center justify-center gap-1 rounded-t-lg p-3 text-center text-ink-faint hover:text-ink"
      >
        <Plus aria-hidden className="size-5" />
        <span className="font-medium">New preset</span>
        <span className="text-xs">your model, your corpus</span>
      </Link>
      {begun.length > 0 && (
        <ul aria-label="Presets that are not saved" className="px-3 pb-1 text-center text-xs">
          {begun.map(([name, draft]) => (
            <li key={name} className="truncate">
              <Link href={`/presets/${name}`} className="text-warning underline">
                {draft.preset.title}, not saved
              </Link>
            </li>
          ))}
        </ul>
      )}
      <div className="flex justify-center pb-2">
        <input
          ref={input}
          type="file"
          accept=".yaml,.yml"
          aria-label="Preset file"
          tabIndex={-1}
          className="hidden"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            event.target.value = '';
            if (file !== undefined) read.run(file);
          }}
        />
        <Button
          size="small"
          look="ghost"
          disabled={read.busy}
          onClick={() => input.current?.click()}
        >
          <FileUp aria-hidden className="size-3.5" /> Import YAML
        </Button>
      </div>
    </div>
  );
}
