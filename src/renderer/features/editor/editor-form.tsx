import type { Preset } from '@shared/preset';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { Panel } from '../../ui/panel';
import { useOffers } from '../offers/offer-store';
import { editorGroups } from './editor-fields';
import { EvaluationsField } from './evaluations-field';
import { FieldInput } from './field-input';
import { SmokeField } from './smoke-field';
import { TargetModules } from './target-modules';
import type { DraftHandle } from './use-draft';

/** Every field of the preset, in groups. */
export function EditorForm({
  handle,
  base,
}: {
  readonly handle: DraftHandle;
  readonly base: Preset | null;
}): ReactNode {
  const { query } = useLab();
  const models = useQuery(query.models.list.queryOptions());
  const corpora = useQuery(query.corpora.list.queryOptions());
  const { preset } = handle.draft;
  const suggestions: Readonly<Record<string, readonly string[]>> = {
    model: (models.data ?? []).map((model) => model.source),
    corpus: (corpora.data ?? []).map((corpus) => `${corpus.name}@${corpus.version}`),
  };
  const model = models.data?.find((entry) => entry.source === preset.model);
  const unknown = models.data !== undefined && model === undefined;
  const absent = unknown || (model !== undefined && model.state !== 'ready');
  return (
    <form className="space-y-4" onSubmit={(event) => event.preventDefault()}>
      {editorGroups.map((group) => (
        <Panel
          key={group.id}
          title={group.title}
          className="@container"
          bodyClassName="grid grid-cols-2 items-start gap-x-4 gap-y-3 p-4 @2xl:grid-cols-3"
        >
          {group.fields.map((field) => (
            <FieldInput
              key={field.path}
              field={field}
              handle={handle}
              base={base}
              {...(suggestions[field.path] === undefined
                ? {}
                : { suggestions: suggestions[field.path] ?? [] })}
            />
          ))}
          {group.id === 'adapter' && (
            <TargetModules
              value={preset.adapter.targetModules}
              onChange={(names) => handle.set('adapter.targetModules', names)}
            />
          )}
          {group.id === 'quantization' && preset.quantization.kind === 'nf4' && (
            <p className="col-span-full text-2xs text-ink-faint">
              NF4 does not exist in MLX: on Apple silicon the base is quantized in MLX's own 4-bit
              groups instead, without double quantization, and the run says so.
            </p>
          )}
          {group.id === 'preset' && absent && <GetModelLine source={preset.model} />}
        </Panel>
      ))}
      <Panel title="Evaluations to queue" bodyClassName="space-y-4 p-4">
        <EvaluationsField
          value={preset.evaluations}
          onChange={(next) => handle.set('evaluations', next)}
        />
        <SmokeField
          value={preset.smoke}
          before={base === null || base.smoke === preset.smoke ? undefined : (base.smoke ?? 'none')}
          onChange={(next) => handle.set('smoke', next)}
        />
      </Panel>
    </form>
  );
}

function GetModelLine({ source }: { readonly source: string }): ReactNode {
  const open = useOffers((state) => state.open);
  const onHub = /^[\w.-]+\/[\w.-]+(@[\w./-]+)?$/.test(source);
  return (
    <p className="col-span-full flex flex-wrap items-center gap-3 text-xs text-warning">
      {source} is not on this machine.
      {onHub && (
        <Button size="small" onClick={() => open({ kind: 'model', source })}>
          <Download aria-hidden className="size-3.5" /> Get model
        </Button>
      )}
    </p>
  );
}
