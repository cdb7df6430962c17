import type { Preset, PresetCard } from '@shared/preset';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Page } from '../../app/page';
import { Button } from '../../ui/button';
import { useNotices } from '../../ui/notices';
import { Segmented } from '../../ui/segmented';
import { Consequence } from './consequence';
import { isUntouchedBlank, useDrafts } from './draft-store';
import { EditorActions } from './editor-actions';
import { EditorForm } from './editor-form';
import { RehearsalPanel } from './rehearsal-panel';
import { SaveDialog } from './save-dialog';
import { useDraft } from './use-draft';
import { useSave } from './use-save';
import { YamlView } from './yaml-view';

/** Under this name a draft keeps YAML that cannot be read; no field is called so. */
const yamlText = 'yaml';

type Saving = { readonly train: boolean } | null;

/** The form on the left, what follows from it on the right. */
export function PresetEditor({
  name,
  base,
  source,
  start,
  taken,
}: {
  readonly name: string;
  readonly base: Preset | null;
  readonly source: PresetCard['source'] | null;
  readonly start: Preset;
  readonly taken: readonly string[];
}): ReactNode {
  const handle = useDraft(name, base, start);
  const { draft, changed, valid } = handle;
  const { preset } = draft;
  const [view, setView] = useState<'form' | 'yaml'>('form');
  const [saving, setSaving] = useState<Saving>(null);
  const broken = draft.invalid[yamlText] ?? null;
  const save = useSave(() => setSaving(null));
  useKeptNotice(name, changed);

  // Only a user's own preset under its own name is written over.
  const own = source === 'user' && preset.name === name;
  const request = (train: boolean): void => {
    if (own) save.run({ preset, draft: name, replace: true, train });
    else setSaving({ train });
  };
  return (
    <Page
      title={preset.title}
      subtitle={
        <span className="flex flex-wrap items-center gap-x-2">
          <span>
            {source === 'shipped'
              ? 'Ships with the lab: it is saved as a copy.'
              : source === 'user'
                ? `Your preset “${name}”.`
                : 'New.'}
          </span>
          {changed && (
            <span role="status" className="font-medium text-warning">
              Not saved
            </span>
          )}
        </span>
      }
      actions={
        <EditorActions
          name={name}
          isNew={base === null}
          changed={changed}
          valid={valid}
          busy={save.busy}
          discard={handle.discard}
          onSave={request}
          onSaveAs={() => setSaving({ train: false })}
        />
      }
    >
      <div className="grid items-start gap-4 md:grid-cols-[minmax(0,1fr)_20rem] xl:grid-cols-[minmax(0,1fr)_24rem]">
        <section aria-label="Recipe" className="min-w-0 space-y-4">
          <Segmented
            label="View"
            value={view}
            options={[
              { value: 'form', title: 'Form' },
              { value: 'yaml', title: 'YAML' },
            ]}
            onChange={setView}
          />
          {view === 'form' ? (
            <>
              {broken !== null && (
                <div
                  role="alert"
                  className="flex flex-wrap items-center gap-2 rounded-md bg-warning-soft p-3 text-xs text-warning"
                >
                  <span className="min-w-0 flex-1">
                    The YAML has a mistake. The form shows what could be read last.
                  </span>
                  <Button size="small" onClick={() => setView('yaml')}>
                    Go to the YAML
                  </Button>
                  <Button size="small" onClick={() => handle.release(yamlText)}>
                    Drop what was typed there
                  </Button>
                </div>
              )}
              <fieldset disabled={broken !== null} className="min-w-0">
                <EditorForm handle={handle} base={base} />
              </fieldset>
            </>
          ) : (
            <div className="card">
              <YamlView
                preset={preset}
                begun={broken}
                onChange={handle.replace}
                onBroken={(text) => handle.hold(yamlText, text)}
              />
            </div>
          )}
        </section>
        <aside
          aria-label="Consequence"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by itself when the window is low
          tabIndex={0}
          className="min-w-0 space-y-4 md:sticky md:top-4 md:max-h-[calc(100vh-2rem)] md:overflow-y-auto"
        >
          <Consequence
            preset={preset}
            valid={valid}
            onApply={(change) => handle.apply(change.overrides)}
          />
          <RehearsalPanel preset={preset} valid={valid} />
        </aside>
      </div>
      {saving !== null && (
        <SaveDialog
          preset={preset}
          taken={taken}
          reason={
            source === 'shipped'
              ? 'The preset that ships stays as it is; yours stands beside it.'
              : 'A file of its own in the lab, which can be exported and shared.'
          }
          confirm={saving.train ? 'Save and train' : 'Save'}
          busy={save.busy}
          onClose={() => setSaving(null)}
          onSave={(next) =>
            save.run({ preset: next, draft: name, replace: false, train: saving.train })
          }
        />
      )}
    </Page>
  );
}

/** Whoever leaves with changes is told that they are kept; a new preset without any goes. */
function useKeptNotice(name: string, changed: boolean): void {
  const latest = useRef(changed);
  const here = useRef(false);
  useEffect(() => {
    latest.current = changed;
  });
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
      // React may take the page away and put it back at once; only who stays away has left.
      setTimeout(() => {
        if (here.current) return;
        const { drafts, drop } = useDrafts.getState();
        const title = drafts[name]?.preset.title;
        if (isUntouchedBlank(name)) drop(name);
        else if (latest.current && title !== undefined) {
          useNotices.getState().say(`The changes to ${title} are not saved. They are kept here.`);
        }
      });
    };
  }, [name]);
}
