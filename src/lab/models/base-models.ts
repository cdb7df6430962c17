/** Base models as the library shows them; the network is never asked for it. */
import type { BaseModel } from '@shared/base-model';
import type { LabContext } from '../context';
import { loadPresets } from '../presets/load-presets';
import { addedFolders } from './added-folders';
import { askedFor, openDownload } from './download-jobs';
import { absolutePath, getCommand, type ModelPlace, placeOf, shippedModels } from './find-model';
import { cachedModels, isBegun } from './hub-cache';
import { inspectModel } from './inspect-model';
import { isProblem, type ModelProblem } from './model-config';
import { type HubName, hubName, sourceOf } from './model-source';

const unknown = {
  architecture: null,
  parameters: null,
  weightBytes: null,
  contextLength: null,
} as const;

/** Shipped models, added folders, hub models that are here, were asked for, or that presets name. */
export async function listModels(context: LabContext): Promise<BaseModel[]> {
  const users = await presetsByModel(context);
  const shipped = await shippedModels(context);
  const folders = await addedFolders(context);
  const named = new Set([...shipped, ...folders, ...users.keys()]);
  const asked = new Set(askedFor(context).map(sourceOf));
  const cached = (await cachedModels()).map(sourceOf);
  const sources = [...new Set([...named, ...asked, ...cached])];
  const models = await Promise.all(
    sources.map(async (source) => {
      const model = await describeModel(context, source, users);
      return model ?? (folders.includes(source) ? goneFolder(source, users) : null);
    }),
  );
  return models
    .filter((model) => model !== null)
    .filter((model) => named.has(model.source) || isShown(model, asked.has(model.source)));
}

/** An added folder that was moved away, or whose disk is not there. */
function goneFolder(path: string, users: ReadonlyMap<string, readonly string[]>): BaseModel {
  return {
    ...{ source: path, kind: 'folder', state: 'missing', path: null, revision: null, ...unknown },
    problem: `There is no folder ${path}.`,
    fix: `Bring it back, or take it out of the library with: npm run lab -- models forget "${path}"`,
    usedBy: [...(users.get(path) ?? [])],
    jobId: null,
  };
}

/** What other tools keep in the shared cache is shown when it is of a kind that can be trained. */
function isShown(model: BaseModel, wasAskedFor: boolean): boolean {
  if (model.jobId !== null || model.architecture !== null) return true;
  return wasAskedFor && model.state !== 'missing';
}

/** Null when `source` names nothing on this machine and nothing on the hub. */
export async function describeModel(
  context: LabContext,
  source: string,
  users?: ReadonlyMap<string, readonly string[]>,
): Promise<BaseModel | null> {
  const name = hubName(source);
  const place = await placeOf(context, source);
  const known = place?.source ?? (name === null ? source : sourceOf(name));
  const usedBy = [...((users ?? (await presetsByModel(context))).get(known) ?? [])];
  const jobId = name === null ? null : openDownload(context, name);
  if (place !== null) return { ...(await describePlace(place)), usedBy, jobId };
  if (name === null) return null;
  return { ...(await absent(name)), usedBy, jobId };
}

type Described = Omit<BaseModel, 'usedBy' | 'jobId'>;

async function describePlace(place: ModelPlace): Promise<Described> {
  const found = await inspectModel(place.path);
  if (isProblem(found)) {
    const architecture = found.architecture ?? null;
    return { ...place, ...unknown, architecture, ...stateOf(place, found) };
  }
  const { architecture, parameters, weightBytes, contextLength } = found;
  return {
    ...place,
    ...{ state: 'ready', problem: null, fix: null },
    ...{ architecture, parameters, weightBytes, contextLength },
  };
}

function stateOf(
  { kind, source }: ModelPlace,
  found: ModelProblem,
): Pick<BaseModel, 'state' | 'problem' | 'fix'> {
  if (kind !== 'hub' || found.kind === 'unusable') {
    return { state: 'broken', problem: found.why, fix: found.fix };
  }
  const state = found.kind === 'incomplete' ? 'partial' : 'broken';
  return { state, problem: found.why, fix: `Fetch what is missing with: ${getCommand(source)}` };
}

async function absent(name: HubName): Promise<Described> {
  const begun = await isBegun(name.id);
  const source = sourceOf(name);
  return {
    source,
    kind: 'hub',
    state: begun ? 'partial' : 'missing',
    problem: begun
      ? 'Its download was interrupted; it goes on where it was cut off.'
      : 'It was not downloaded yet.',
    fix: `Get it with: ${getCommand(source)}`,
    path: null,
    revision: null,
    ...unknown,
  };
}

async function presetsByModel(
  context: LabContext,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const shipped = await shippedModels(context);
  const users = new Map<string, string[]>();
  for (const { preset } of await loadPresets(context)) {
    const name = hubName(preset.model);
    // A folder may be named in several ways; it is known by its absolute path.
    const plain = name === null ? absolutePath(preset.model) : sourceOf(name);
    const source = shipped.includes(preset.model) ? preset.model : plain;
    users.set(source, [...(users.get(source) ?? []), preset.name]);
  }
  return users;
}
