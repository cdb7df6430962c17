/**
 * Presets that are being edited and are not saved. They survive another page and the end of the
 * window, so that nothing typed is lost silently; they go when they are saved or discarded.
 */
import { type Preset, presetSchema } from '@shared/preset';
import { z } from 'zod';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

const draftSchema = z.object({
  preset: presetSchema,
  invalid: z.record(z.string(), z.string()),
});

export interface Draft {
  /** With the last value of each field that could be read. */
  readonly preset: Preset;
  /** Texts that cannot be read, by the path of their field. */
  readonly invalid: Readonly<Record<string, string>>;
}

interface DraftStore {
  /** By the name of the preset that they are of, or will be. */
  readonly drafts: Readonly<Record<string, Draft>>;
  readonly keep: (name: string, draft: Draft) => void;
  readonly drop: (name: string) => void;
}

/** Storage is `unknown` until the schema has read it. */
export function readDrafts(stored: unknown): Readonly<Record<string, Draft>> {
  const outer = z.object({ drafts: z.record(z.string(), z.unknown()) }).safeParse(stored);
  if (!outer.success) return {};
  return Object.fromEntries(
    Object.entries(outer.data.drafts).flatMap(([name, value]) => {
      const draft = draftSchema.safeParse(value);
      return draft.success ? [[name, draft.data] as const] : [];
    }),
  );
}

export const useDrafts = create<DraftStore>()(
  persist(
    (set) => ({
      drafts: {},
      keep: (name, draft) => set((old) => ({ drafts: { ...old.drafts, [name]: draft } })),
      drop: (name) =>
        set((old) => ({
          drafts: Object.fromEntries(Object.entries(old.drafts).filter(([key]) => key !== name)),
        })),
    }),
    {
      name: 'lorabench.drafts',
      version: 1,
      partialize: ({ drafts }) => ({ drafts }),
      merge: (stored, fresh) => ({ ...fresh, drafts: readDrafts(stored) }),
    },
  ),
);

/** New presets as this window began them: one in which nothing was typed is not worth keeping. */
const blanks = new Map<string, Preset>();

export function keepBlank(name: string, preset: Preset): void {
  blanks.set(name, preset);
  useDrafts.getState().keep(name, { preset, invalid: {} });
}

export function isUntouchedBlank(name: string): boolean {
  const blank = blanks.get(name);
  const draft = useDrafts.getState().drafts[name];
  if (blank === undefined || draft === undefined) return false;
  return Object.keys(draft.invalid).length === 0 && samePreset(blank, draft.preset);
}

/** Same content, whatever the order of keys. */
export function samePreset(a: Preset, b: Preset): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** `base`, or `base-2` and on when it is taken. */
export function freeName(base: string, taken: readonly string[]): string {
  if (!taken.includes(base)) return base;
  for (let number = 2; ; number += 1) {
    const name = `${base}-${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** A name that every file system takes, from a title. */
export function nameFrom(title: string): string {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 60);
  return name === '' ? 'preset' : name;
}
