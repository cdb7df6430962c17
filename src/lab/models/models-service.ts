/** The model library as the shells use it. */
import { LabError } from '@shared/errors';
import type { LabContext } from '../context';
import type { LabServices } from '../rpc/services';
import { addFolder, forgetFolder } from './added-folders';
import { describeModel, listModels } from './base-models';
import { downloadEnvironment } from './download-environment';
import { enqueueDownload, openDownload } from './download-jobs';
import { absolutePath, findModel } from './find-model';
import { cacheFolder } from './hub-settings';
import { hubName } from './model-source';
import { offerOf, requireHubName, requireRoom } from './offer';

export function createModelsService(context: LabContext): LabServices['models'] {
  async function described(source: string) {
    const model = await describeModel(context, source);
    if (model !== null) return model;
    throw new LabError({
      code: 'not_found',
      what: `There is no model ${source}.`,
      why: 'It is neither a folder, nor a model that ships, nor owner/name on the hub.',
      fix: 'npm run lab -- models list shows the models of this machine.',
    });
  }

  return {
    list: () => listModels(context),

    inspect: ({ source }) => described(source),

    look: ({ source, revision }, signal) => offerOf(requireHubName(source, revision), signal),

    async download({ source, revision }, signal) {
      const name = requireHubName(source, revision);
      const open = openDownload(context, name);
      if (open !== null) return { jobId: open };
      // What cannot be used, reached or stored is said now, not by a job that fails later.
      await downloadEnvironment(context);
      const offer = await offerOf(name, signal);
      requireRoom(offer);
      const place = { endpoint: offer.endpoint, cacheFolder: cacheFolder() };
      return { jobId: await enqueueDownload(context, name, place) };
    },

    async add({ folder }) {
      const path = absolutePath(folder);
      await findModel(context, path);
      await addFolder(context, path);
      context.changes.publish('models', path);
      return described(path);
    },

    async forget({ source }) {
      const path = absolutePath(source);
      if (!(await forgetFolder(context, path))) throw cannotForget(source);
      context.changes.publish('models', path);
      return { ok: true };
    },
  };
}

function cannotForget(source: string): LabError {
  return new LabError({
    code: 'bad_input',
    what: `${source} is not a folder that was added to the library.`,
    why:
      hubName(source) === null
        ? 'Only such a folder can be taken out of it.'
        : 'Models of the hub lie in a cache that other tools use too.',
    fix:
      hubName(source) === null
        ? 'npm run lab -- models list shows what is in it.'
        : `To free its space, use the hub's own tool: hf cache rm model/${source}`,
  });
}
