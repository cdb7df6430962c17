/** Installations as jobs of the queue: real schedulers, the real installer, tiny packages. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '@lab/lab';
import { createLab } from '@lab/lab';
import { placesIn } from '@lab/shell/places';
import { Store } from '@lab/store/store';
import type { Job } from '@shared/job';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeFolder, temporaryFolder, until } from './support/bench-lab';
import { repository } from './support/command';
import { littleClone, type PackageIndex, servePackages } from './support/package-index';

const never = new AbortController().signal;

describe.skipIf(process.platform === 'win32')('an installation in the queue', () => {
  let folder: string;
  let root: string;
  let index: PackageIndex;
  let lab: Lab | null = null;

  beforeEach(async () => {
    folder = temporaryFolder();
    root = littleClone(folder);
    index = await servePackages(folder);
    vi.stubEnv('LORABENCH_ENVIRONMENTS', '');
    for (const [name, value] of Object.entries(index.variables)) vi.stubEnv(name, value);
  });

  afterEach(async () => {
    await lab?.close();
    lab = null;
    await index.close();
    vi.unstubAllEnvs();
    removeFolder(folder);
  });

  async function open(schedule = true): Promise<Lab> {
    lab = await createLab({
      home: join(folder, 'home'),
      places: placesIn(root, {}),
      shell: 'browser',
      schedule,
    });
    return lab;
  }
  const beside = () =>
    existsSync(join(root, '.environments'))
      ? readdirSync(join(root, '.environments')).filter((name) => !name.endsWith('.lock'))
      : [];
  async function job(of: Lab, id: string): Promise<Job> {
    const found = (await of.queue.snapshot(never)).jobs.find((one) => one.id === id);
    if (found === undefined) throw new Error(`There is no job ${id}.`);
    return found;
  }
  async function ended(of: Lab, id: string): Promise<Job> {
    const over = ['done', 'failed', 'stopped', 'cancelled'];
    await until(async () => over.includes((await job(of, id)).state), 'the job is over', 300);
    return job(of, id);
  }
  async function card(of: Lab) {
    const found = (await of.environments.list(never)).find(({ name }) => name === 'mlx');
    if (found === undefined) throw new Error('mlx is not in the list.');
    return found;
  }
  const install = (of: Lab, repair = false) =>
    of.environments.install({ name: 'mlx', repair }, never);

  it('makes the environment, tells its versions, and makes it anew when no job needs it', async () => {
    vi.stubEnv('LORABENCH_MACHINE', join(repository, 'tests', 'fixtures', 'machines', 'm1-max'));
    const open_ = await open();
    await open_.machine.detect(never);
    expect(await card(open_)).toMatchObject({ state: 'missing', versions: {}, jobId: null });
    const { jobId } = await install(open_);
    expect((await card(open_)).jobId).toBe(jobId);
    await expect(install(open_)).rejects.toMatchObject({ code: 'conflict' });
    expect(await ended(open_, jobId)).toMatchObject({ state: 'done', failure: null, device: null });
    const made = await card(open_);
    expect(made).toMatchObject({ state: 'ready', jobId: null, problem: null });
    expect(made.versions.python).toMatch(/^3\.1[1-4]\./);
    expect(made.diskBytes).toBeGreaterThan(1e6);
    expect(readFileSync(join(folder, 'home', 'logs', 'install-mlx.log'), 'utf8')).toContain(
      'alpha',
    );
    await expect(install(open_)).rejects.toMatchObject({ code: 'conflict' });
    // To be mended it is made anew; what works stays when that is cancelled.
    const mending = await install(open_, true);
    await open_.queue.cancel({ id: mending.jobId }, never);
    expect(['stopped', 'cancelled']).toContain((await ended(open_, mending.jobId)).state);
    expect((await card(open_)).state).toBe('ready');
    // A changed lock makes it outdated, and installing it anew makes it ready. The new one waits
    // until no job computes in the old one.
    writeFileSync(join(root, 'python', 'requirements', 'mlx.txt'), 'alpha==1.0\ngamma==3.0\n');
    expect((await card(open_)).state).toBe('outdated');
    const old = join(root, '.environments', 'mlx', 'old.txt');
    writeFileSync(old, '');
    const store = new Store(join(folder, 'home', 'lab.db'));
    try {
      store.run(
        `INSERT INTO jobs (id, kind, state, title, target_id, device, device_held, after_json, position, created_at)
         VALUES ('busy', 'train', 'running', 'A training', 'none', 'mlx', 1, '[]', 0, '2026')`,
      );
      const { jobId: anew } = await install(open_);
      const waits = async () => (await job(open_, anew)).message?.startsWith('Waiting') === true;
      await until(waits, 'the installation waits');
      expect(existsSync(old)).toBe(true);
      store.run("UPDATE jobs SET state = 'done', device_held = 0 WHERE id = 'busy'");
      expect((await ended(open_, anew)).state).toBe('done');
      expect(existsSync(old)).toBe(false);
    } finally {
      store.close();
      vi.stubEnv('LORABENCH_MACHINE', '');
      await open_.machine.detect(never);
    }
    expect((await card(open_)).state).toBe('ready');
    expect(beside()).toEqual(['mlx']);
  });

  it('is cancelled without a trace, and retried with success', async () => {
    const open_ = await open();
    index.endless = 'gamma';
    const { jobId } = await install(open_);
    await index.asked();
    await until(async () => (await job(open_, jobId)).message !== null, 'it tells what it does');
    expect((await card(open_)).state).toBe('unfinished');
    await open_.queue.cancel({ id: jobId }, never);
    expect((await ended(open_, jobId)).state).toBe('stopped');
    expect(beside()).toEqual([]);
    expect((await card(open_)).state).toBe('missing');
    index.endless = null;
    await open_.queue.retry({ id: jobId }, never);
    expect((await ended(open_, jobId)).state).toBe('done');
    expect((await card(open_)).state).toBe('ready');
  });

  it('survives the scheduler: killed in the middle, the next one begins anew and finishes', async () => {
    const looking = await open(false);
    const { jobId } = await install(looking);
    index.endless = 'gamma';
    const schedule = () =>
      spawn(
        process.execPath,
        [join(root, 'out', 'cli', 'lab.js'), 'queue', 'run', '--home', join(folder, 'home')],
        { stdio: 'ignore', env: { ...process.env } },
      );
    const first = schedule();
    await index.asked();
    first.kill('SIGKILL');
    await until(async () => !running(root).includes('pip'), 'pip has ended');
    index.endless = null;
    const second = schedule();
    try {
      expect(await ended(looking, jobId)).toMatchObject({ state: 'done', attempt: 1 });
    } finally {
      second.kill('SIGKILL');
    }
    expect(beside()).toEqual(['mlx']);
    expect((await card(looking)).state).toBe('ready');
  });

  it('is let go of when the lab closes, and taken up again from the beginning', async () => {
    const closing = await open();
    index.endless = 'gamma';
    const { jobId } = await install(closing);
    await index.asked();
    await closing.close();
    expect(beside()).toEqual([]);
    index.endless = null;
    const next = await open();
    expect(await ended(next, jobId)).toMatchObject({ state: 'done', attempt: 1 });
  });

  it('ends in a card when the network is away, and leaves nothing', async () => {
    vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:9/simple');
    vi.stubEnv('UV_DEFAULT_INDEX', 'http://127.0.0.1:9/simple');
    const open_ = await open();
    const { failure, state } = await ended(open_, (await install(open_)).jobId);
    expect(state).toBe('failed');
    expect(failure).toMatchObject({ why: 'The package index could not be reached.', exitCode: 1 });
    expect(failure?.log.length).toBeGreaterThan(0);
    expect(beside()).toEqual([]);
  });

  it('ends in a card with the right command when no Python is there', async () => {
    vi.stubEnv('LORABENCH_PYTHON', join(folder, 'no-python'));
    const open_ = await open();
    const { failure } = await ended(open_, (await install(open_)).jobId);
    expect(failure?.title).toBe('No Python was found that can make environments.');
    expect(failure?.why).toContain('no-python');
  });

  it('is refused before it begins when the disk is too small for what the record says', async () => {
    const sizes = { downloadBytes: 1e14, diskBytes: 1e15, packages: {} };
    const system = `${process.platform}-${process.arch}`;
    writeFileSync(
      join(root, 'python', 'requirements', 'sizes.json'),
      JSON.stringify({ environments: { mlx: { [system]: sizes } } }),
    );
    const open_ = await open();
    const refused = await Promise.resolve(install(open_)).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'refused' });
    expect((await open_.queue.snapshot(never)).jobs).toEqual([]);
  });

  it('is planned with real sizes from the index, and from the record without one', async () => {
    const open_ = await open();
    const plan = await open_.environments.plan({ name: 'mlx' }, never);
    expect(plan).toMatchObject({ basis: 'index', name: 'mlx' });
    expect(plan.packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'alpha 1.0',
      'beta 2.0',
      'gamma 3.0',
    ]);
    expect(plan.downloadBytes).toBeGreaterThan(1000);
    vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:9/simple');
    const offline = await open_.environments.plan({ name: 'mlx' }, never);
    expect(offline).toMatchObject({ basis: 'record', downloadBytes: null });
    expect(offline.packages).toHaveLength(3);
  });
});

/** Command lines of processes that name the clone. */
function running(root: string): string {
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(root))
    .join('\n');
}
