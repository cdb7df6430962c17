/** A lab whose hub is on this machine, with the real Python environment and its own hub cache. */
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createDownloadRunner } from '@lab/models/download-job';
import { createModelsService } from '@lab/models/models-service';
import { jobById } from '@lab/queue/job-rows';
import { createQueueService } from '@lab/queue/queue-service';
import { Scheduler } from '@lab/queue/scheduler';
import { eventSchema, type WorkerEvent } from '@shared/events';
import { isOver } from '../../../src/cli/follow/states';
import { type HubServer, startHub } from '../../fixtures/hub/hub-server';
import { filesOf, repository, sharded } from '../../fixtures/hub/repositories';
import { openContext, removeFolder, type TestContext, temporaryFolder, until } from './bench-lab';

export const root = resolve(import.meta.dirname, '..', '..', '..');
export const environments = process.env.LORABENCH_ENVIRONMENTS ?? join(root, '.environments');
export const starterFolder = join(root, 'resources', 'models', 'starter');

const starter = filesOf(starterFolder);
const { 'model.safetensors': weights = Buffer.alloc(0), ...withoutWeights } = starter;

export const goodToken = 'hf_good';
export const strangerToken = 'hf_stranger';
const code = { 'modeling_starter.py': 'raise SystemExit', 'training_args.bin': 'pickled' };

/** The starter as models of the hub: whole, in three shards, and in ways that cannot be used. */
export const onHub = {
  whole: repository('tiny/starter', { ...starter, ...code, 'onnx/model.onnx': 'other' }),
  shards: repository('tiny/sharded', sharded(starter, 3)),
  pickled: repository('tiny/pickled', { ...withoutWeights, 'pytorch_model.bin': weights }),
  gated: repository('tiny/gated', starter, { gatedFor: [goodToken] }),
  tagged: repository('tiny/tagged', starter, { branches: ['main', 'v1', 'refs/pr/2'] }),
} as const;

const variables = [
  ...['HF_ENDPOINT', 'HF_HOME', 'HF_HUB_CACHE', 'HF_TOKEN', 'HF_HUB_OFFLINE', 'NO_PROXY'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'HF_HUB_DOWNLOAD_TIMEOUT'],
];
const noRunner = { run: () => Promise.reject(new Error('only downloads run here')) };

export class HubLab {
  readonly folder = temporaryFolder();
  readonly context: TestContext;
  readonly hub: HubServer;
  readonly models;
  readonly queue;
  #scheduler: Scheduler | null = null;
  readonly #before = new Map<string, string | undefined>();

  static async open(): Promise<HubLab> {
    return new HubLab(await startHub(Object.values(onHub), [goodToken, strangerToken]));
  }

  private constructor(hub: HubServer) {
    this.hub = hub;
    symlinkSync(environments, join(this.folder, 'environments'));
    for (const name of variables) {
      this.#before.set(name, process.env[name]);
      delete process.env[name];
    }
    process.env.HF_ENDPOINT = hub.endpoint;
    process.env.HF_HOME = join(this.folder, 'hub home');
    process.env.NO_PROXY = '127.0.0.1';
    process.env.HF_HUB_DOWNLOAD_TIMEOUT = '2';
    this.context = openContext(this.folder);
    this.models = createModelsService(this.context);
    this.queue = createQueueService(this.context, () => null);
    this.schedule();
  }

  schedule(): void {
    this.#scheduler = new Scheduler(this.context, {
      download: createDownloadRunner(this.context),
      ...{ train: noRunner, evaluate: noRunner, smoke: noRunner },
      ...{ rehearse: noRunner, install: noRunner, export: noRunner },
    });
    this.#scheduler.start();
  }

  async unschedule(): Promise<void> {
    await this.#scheduler?.close();
    this.#scheduler = null;
  }

  async close(): Promise<void> {
    await this.unschedule();
    this.context.dispose();
    await this.hub.close();
    for (const [name, value] of this.#before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    removeFolder(this.folder);
  }

  readonly signal = new AbortController().signal;

  async get(source: string): Promise<string> {
    const { jobId } = await this.models.download({ source, revision: 'main' }, this.signal);
    return jobId;
  }

  job(id: string) {
    const job = jobById(this.context.store, id);
    if (job === null) throw new Error(`There is no job ${id}.`);
    return job;
  }

  async ended(id: string) {
    await until(() => isOver(this.job(id).state), `${this.job(id).title} is over`, 60);
    return this.job(id);
  }

  model(source: string) {
    return this.models.inspect({ source }, this.signal);
  }

  events(id: string): WorkerEvent[] {
    const path = join(this.context.home.jobFolder(this.job(id).targetId), 'events.jsonl');
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => eventSchema.parse(JSON.parse(line)));
  }

  /** Folder of a model in the hub cache. */
  cache(source: string): string {
    return join(this.folder, 'hub home', 'hub', `models--${source.replace('/', '--')}`);
  }

  /** Sizes by name of what lies in `blobs`. */
  blobs(source: string): Readonly<Record<string, number>> {
    const folder = join(this.cache(source), 'blobs');
    if (!existsSync(folder)) return {};
    return Object.fromEntries(
      readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size]),
    );
  }
}
