/** Names of models on the hub: `owner/name`, or `owner/name@revision`. */
export interface HubName {
  readonly id: string;
  /** Branch, tag or commit; `main` when none was named. */
  readonly revision: string;
}

/** Of the hub's own rules only what keeps a name from being read as a path. */
const pattern = /^([\w-][\w.-]*\/[\w-][\w.-]*)(?:@([\w-][\w./-]*))?$/;

/** The hub model that `source` names; null when it is the name of something else. */
export function hubName(source: string): HubName | null {
  const match = pattern.exec(source);
  const id = match?.[1];
  const revision = match?.[2] ?? 'main';
  if (id === undefined || id.includes('--') || id.includes('..')) return null;
  return revision.includes('..') ? null : { id, revision };
}

/** As presets name it: the branch `main` goes without saying. */
export function sourceOf({ id, revision }: HubName): string {
  return revision === 'main' ? id : `${id}@${revision}`;
}

export const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);
