import { LabError } from '@shared/errors';
import { type Preset, presetSchema } from '@shared/preset';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { ErrorCard } from '../../ui/error-card';
import { Waiting } from '../../ui/waiting';
import { freeName, keepBlank, useDrafts } from './draft-store';
import { PresetEditor } from './preset-editor';

/** A preset to begin with: the first model and corpus that are here, everything else by default. */
export function blankPreset(name: string, model: string, corpus: string): Preset {
  return presetSchema.parse({ schemaVersion: 1, name, title: 'My preset', model, corpus });
}

/** `/presets/new`: a draft under a free name, opened at once. */
export function NewPresetPage(): ReactNode {
  const { query } = useLab();
  const [, navigate] = useLocation();
  const presets = useQuery(query.presets.list.queryOptions());
  const models = useQuery(query.models.list.queryOptions());
  const corpora = useQuery(query.corpora.list.queryOptions());
  const begun = useRef(false);
  const waiting = presets.isPending || models.isPending || corpora.isPending;
  useEffect(() => {
    if (waiting || begun.current) return;
    begun.current = true;
    const { drafts } = useDrafts.getState();
    const taken = [...(presets.data ?? []).map((card) => card.preset.name), ...Object.keys(drafts)];
    const ready = (models.data ?? []).filter((model) => model.state === 'ready');
    const model = ready.find((entry) => entry.kind !== 'shipped') ?? ready[0];
    const corpus = corpora.data?.find((entry) => entry.source === 'user') ?? corpora.data?.[0];
    const name = freeName('my-preset', taken);
    const source = corpus === undefined ? 'starter' : `${corpus.name}@${corpus.version}`;
    keepBlank(name, blankPreset(name, model?.source ?? 'starter', source));
    navigate(`/presets/${name}`, { replace: true });
  }, [waiting, presets.data, models.data, corpora.data, navigate]);
  return <Waiting words="Opening a new preset" />;
}

/** `/presets/NAME`: a saved preset, or a draft that will have this name. */
export function EditorPage({ name }: { readonly name: string }): ReactNode {
  const { query } = useLab();
  const presets = useQuery(query.presets.list.queryOptions());
  const drafted = useDrafts((state) => state.drafts[name]?.preset);
  const card = presets.data?.find((entry) => entry.preset.name === name);
  // The first draft of a new preset is what it would fall back to.
  // biome-ignore lint/correctness/useExhaustiveDependencies: later changes are not the beginning
  const begun = useMemo(() => drafted, [name, drafted === undefined]);
  if (presets.isError) return <ErrorCard error={presets.error} />;
  if (presets.data === undefined) return <Waiting words="Reading the preset" />;
  const start = card?.preset ?? begun;
  if (start === undefined) {
    return (
      <div className="p-6">
        <ErrorCard
          error={
            new LabError({
              code: 'not_found',
              what: `There is no preset “${name}”.`,
              why: 'It was deleted, or never saved.',
              fix: 'Choose one in the lab, or begin a new one.',
            })
          }
          actions={
            <Link href="/" className="text-accent underline">
              Go to the lab
            </Link>
          }
        />
      </div>
    );
  }
  return (
    <PresetEditor
      key={name}
      name={name}
      base={card?.preset ?? null}
      source={card?.source ?? null}
      start={start}
      taken={presets.data.map((entry) => entry.preset.name)}
    />
  );
}
