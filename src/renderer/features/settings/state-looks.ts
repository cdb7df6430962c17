/** The word and colour of every state of an environment or a model. */
import type { BaseModel } from '@shared/base-model';
import type { EnvironmentCard } from '@shared/environment';

interface Look {
  readonly word: string;
  readonly tone: string;
}

const good = 'bg-passed-soft text-passed';
const bad = 'bg-failed-soft text-failed';
const open = 'bg-warning-soft text-warning';
const none = 'bg-sunken text-ink-soft';

export const environmentLooks: Readonly<Record<EnvironmentCard['state'], Look>> = {
  ready: { word: 'ready', tone: good },
  missing: { word: 'not installed', tone: none },
  unfinished: { word: 'unfinished', tone: open },
  outdated: { word: 'out of date', tone: open },
  broken: { word: 'does not work', tone: bad },
  unsupported: { word: 'not for this system', tone: none },
};

export const modelLooks: Readonly<Record<BaseModel['state'], Look>> = {
  ready: { word: 'here', tone: good },
  missing: { word: 'not here', tone: none },
  partial: { word: 'partly here', tone: open },
  broken: { word: 'cannot be used', tone: bad },
};
