import type { Preset } from '@shared/preset';
import type { OverrideValue } from '@shared/run-spec';
import { useCallback, useMemo } from 'react';
import { type Draft, samePreset, useDrafts } from './draft-store';
import { readField } from './field-schema';
import { withValue } from './preset-values';

export interface DraftHandle {
  readonly draft: Draft;
  /** Something differs from what is saved. */
  readonly changed: boolean;
  /** Every field can be read. */
  readonly valid: boolean;
  /** Takes a text that was typed; one that cannot be read is kept beside the last value. */
  readonly type: (path: string, text: string) => void;
  /** Keeps a text that cannot be read beside the last values, under a name of its own. */
  readonly hold: (name: string, text: string) => void;
  readonly release: (name: string) => void;
  readonly set: (path: string, value: unknown) => void;
  readonly apply: (overrides: Readonly<Record<string, OverrideValue>>) => void;
  readonly replace: (preset: Preset) => void;
  readonly discard: () => void;
}

/** The draft of a preset; `base` is what is saved, `null` for a new one. */
export function useDraft(name: string, base: Preset | null, blank: Preset): DraftHandle {
  const kept = useDrafts((state) => state.drafts[name]);
  const keep = useDrafts((state) => state.keep);
  const drop = useDrafts((state) => state.drop);
  const draft = useMemo(() => kept ?? { preset: base ?? blank, invalid: {} }, [kept, base, blank]);

  const store = useCallback(
    (next: Draft) => {
      const clean = Object.keys(next.invalid).length === 0;
      if (base !== null && clean && samePreset(next.preset, base)) drop(name);
      else keep(name, next);
    },
    [base, drop, keep, name],
  );
  const set = useCallback(
    (path: string, value: unknown) => {
      const { [path]: _, ...invalid } = draft.invalid;
      store({ preset: withValue(draft.preset, path, value), invalid });
    },
    [draft, store],
  );
  const type = useCallback(
    (path: string, text: string) => {
      const reading = readField(path, text);
      if (reading.ok) set(path, reading.value);
      else store({ preset: draft.preset, invalid: { ...draft.invalid, [path]: text } });
    },
    [draft, set, store],
  );
  const apply = useCallback(
    (overrides: Readonly<Record<string, OverrideValue>>) => {
      let { preset } = draft;
      const invalid: Record<string, string> = { ...draft.invalid };
      for (const [path, value] of Object.entries(overrides)) {
        preset = withValue(preset, path, value);
        delete invalid[path];
      }
      store({ preset, invalid });
    },
    [draft, store],
  );
  const hold = useCallback(
    (key: string, text: string) =>
      store({ preset: draft.preset, invalid: { ...draft.invalid, [key]: text } }),
    [draft, store],
  );
  const release = useCallback(
    (key: string) => {
      const { [key]: _, ...invalid } = draft.invalid;
      store({ preset: draft.preset, invalid });
    },
    [draft, store],
  );
  const replace = useCallback((preset: Preset) => store({ preset, invalid: {} }), [store]);
  const discard = useCallback(() => drop(name), [drop, name]);
  return {
    draft,
    changed: kept !== undefined,
    valid: Object.keys(draft.invalid).length === 0,
    type,
    hold,
    release,
    set,
    apply,
    replace,
    discard,
  };
}
