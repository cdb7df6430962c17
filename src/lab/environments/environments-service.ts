/** Python environments as the shells use them. */
import type { EnvironmentCard } from '@shared/environment';
import { type EnvironmentName, environmentNameSchema } from '@shared/environment-name';
import { LabError } from '@shared/errors';
import type { DoctorCheck } from '@shared/machine';
import type { LabContext } from '../context';
import { enqueueJob } from '../queue/enqueue';
import { openJobs } from '../queue/job-rows';
import { isOver } from '../queue/job-state';
import type { LabServices } from '../rpc/services';
import { environmentKinds, isSupported } from './catalogue';
import { createDiskUses } from './disk-uses';
import { installedVersions, pythonVersion } from './environment-folder';
import { environmentState } from './environment-state';
import { recordedSizes } from './lock-file';
import { devicesOf } from './needed-by';
import { planInstallation, recordedPlan, refuseWithoutRoom, unsupported } from './plan';
import { environmentAt, installCommand, requireEnvironment } from './python';
import { runCheck } from './run-check';

export function createEnvironmentsService(context: LabContext): LabServices['environments'] {
  const diskUses = createDiskUses((name) => context.changes.publish('environments', name));

  async function card(name: EnvironmentName): Promise<EnvironmentCard> {
    const { folder } = environmentAt(context, name);
    const { title, backend } = environmentKinds[name];
    const [state, versions, needing] = await Promise.all([
      environmentState(context, name),
      shownVersions(name, folder),
      devicesOf(name),
    ]);
    return {
      name,
      title,
      backend,
      ...state,
      folder,
      versions,
      downloadBytes: recordedSizes(context, name).downloadBytes,
      diskBytes: await diskUses.of(name, folder),
      neededBy: needing.map(({ id }) => id),
      jobId: installationOf(context, name)?.id ?? null,
    };
  }

  return {
    async list() {
      return Promise.all(environmentNameSchema.options.map(card));
    },

    async plan({ name }, signal) {
      return planInstallation(context, name, signal);
    },

    async install({ name, repair }) {
      if (!isSupported(name)) throw unsupported(name);
      const { state } = await environmentState(context, name);
      if (state === 'ready' && !repair) throw alreadyThere(name);
      refuseWithoutRoom(await recordedPlan(context, name));
      const job = context.store.transaction(() => {
        const running = installationOf(context, name);
        if (running !== null) throw alreadyQueued(name, running.id);
        const verb = state === 'missing' || state === 'unfinished' ? 'Install' : 'Mend';
        return enqueueJob(context, {
          kind: 'install',
          title: `${verb} ${environmentKinds[name].title}`,
          targetId: name,
          device: null,
          after: [],
        });
      });
      context.changes.publish('environments', name);
      return { jobId: job.id };
    },

    async check({ name }, signal) {
      return checkEnvironment(context, name, { signal });
    },
  };
}

/** Runs the environment on every device found here that needs it, else the packages alone. */
async function checkEnvironment(
  context: LabContext,
  name: EnvironmentName,
  options: { readonly signal: AbortSignal },
): Promise<DoctorCheck[]> {
  const needing = await devicesOf(name);
  const environment = requireEnvironment(context, name);
  const computing = name === 'torch-cpu' ? ['cpu'] : needing.map(({ id }) => id);
  // MLX computes on Linux's processor as well, and no device of its own needs llama.cpp.
  const devices = name === 'mlx' || name === 'llama-cpp' ? [name] : computing;
  const checks = await runCheck(context, environment, devices, options);
  if (devices.length > 0) return checks;
  return [
    ...checks,
    {
      name: 'device',
      status: 'note',
      found: 'No usable device here needs this environment, so nothing was computed.',
      fix: 'npm run -s lab -- devices',
    },
  ];
}

function installationOf(context: LabContext, name: EnvironmentName) {
  return (
    openJobs(context.store).find(
      (job) => job.kind === 'install' && job.targetId === name && !isOver(job),
    ) ?? null
  );
}

async function shownVersions(
  name: EnvironmentName,
  folder: string,
): Promise<Record<string, string>> {
  const python = await pythonVersion(folder);
  if (python === null) return {};
  const installed = await installedVersions(folder);
  const shown = environmentKinds[name].shown.flatMap((library) => {
    const version = installed.get(library);
    return version === undefined ? [] : [[library, version] as const];
  });
  return { python, ...Object.fromEntries(shown) };
}

function alreadyThere(name: EnvironmentName): LabError {
  return new LabError({
    code: 'conflict',
    what: `The Python environment ${name} is installed and complete.`,
    why: 'Its packages are those of its lock.',
    fix: `To make it anew all the same: ${installCommand(name, true)}`,
  });
}

function alreadyQueued(name: EnvironmentName, jobId: string): LabError {
  return new LabError({
    code: 'conflict',
    what: `An installation of ${name} is queued or running.`,
    why: `It is job ${jobId}.`,
    fix: 'Wait for it, or cancel it in the queue first.',
  });
}
