import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeCheckRecord } from './check-record';
import { pythonVersion } from './environment-folder';
import { environmentState } from './environment-state';
import { lockHash, readPins, recordedSizes } from './lock-file';

describe.skipIf(process.platform === 'win32')('the state of an environment', () => {
  let root: string;
  let folder: string;
  const context = () => ({
    places: {
      resources: root,
      python: join(root, 'python'),
      environments: join(root, 'environments'),
    },
  });
  const lock = (text: string) =>
    writeFileSync(join(root, 'python', 'requirements', 'torch-cpu.txt'), text);
  const stamp = (value: unknown) =>
    writeFileSync(join(folder, 'lorabench.json'), JSON.stringify(value));
  const packages = join('lib', 'python3.11', 'site-packages');
  const hash = () => lockHash(context(), 'torch-cpu');
  const state = async () => (await environmentState(context(), 'torch-cpu')).state;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lorabench-state-'));
    folder = join(root, 'environments', 'torch-cpu');
    mkdirSync(join(root, 'python', 'requirements'), { recursive: true });
    lock('# two\nalpha==1.0\nbeta_x==2.0 ; platform_system == "Nowhere"\nGamma.Y==3.0\n');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function make(names: readonly string[] = ['alpha-1.0', 'gamma_y-3.0+cpu']): void {
    mkdirSync(join(folder, 'bin'), { recursive: true });
    symlinkSync(process.execPath, join(folder, 'bin', 'python'));
    writeFileSync(join(folder, 'pyvenv.cfg'), 'home = /usr\nversion = 3.11.7\n');
    for (const name of names) {
      mkdirSync(join(folder, packages, `${name}.dist-info`), { recursive: true });
    }
    stamp({ 'torch-cpu': hash() });
  }

  it('is missing, then unfinished while it is being built aside, then ready', async () => {
    expect(await state()).toBe('missing');
    mkdirSync(join(root, 'environments', '.torch-cpu.new-77'), { recursive: true });
    expect(await state()).toBe('unfinished');
    make();
    expect(await state()).toBe('ready');
    expect(await pythonVersion(folder)).toBe('3.11.7');
  });

  it('is unfinished when packages were being added and the stamp says so', async () => {
    make();
    stamp({ unfinished: true });
    expect(await state()).toBe('unfinished');
  });

  it('is outdated when the lock has changed, and ready without a stamp when all is there', async () => {
    make();
    lock('alpha==1.1\n');
    expect(await state()).toBe('outdated');
    lock('alpha==1.0\n');
    rmSync(join(folder, 'lorabench.json'));
    expect(await state()).toBe('ready');
  });

  it('is broken when a package has gone, and names it', async () => {
    make();
    rmSync(join(folder, packages, 'alpha-1.0.dist-info'), { recursive: true });
    const found = await environmentState(context(), 'torch-cpu');
    expect(found).toMatchObject({ state: 'broken' });
    expect(found.problem).toContain('alpha 1.0');
    expect(found.fix).toContain('environments install torch-cpu --repair');
  });

  it('is broken when the Python that it was made with has gone', async () => {
    make();
    rmSync(join(folder, 'bin', 'python'));
    symlinkSync(join(root, 'removed-python'), join(folder, 'bin', 'python'));
    expect(await state()).toBe('broken');
  });

  it('is broken after a check in which its packages failed, until it is made anew', async () => {
    make();
    const failed = { status: 'problem', found: 'ImportError: no', fix: null } as const;
    await writeCheckRecord(folder, hash(), [{ ...failed, name: 'cuda:0: NF4' }]);
    expect(await state()).toBe('ready');
    await writeCheckRecord(folder, hash(), [{ ...failed, name: 'packages' }]);
    expect(await state()).toBe('broken');
    lock('alpha==1.0\n');
    stamp({ 'torch-cpu': hash() });
    expect(await state()).toBe('ready');
  });
});

describe('the locks that ship', () => {
  const places = {
    resources: '',
    environments: '',
    python: join(import.meta.dirname, '../../../python'),
  };
  const context = { places };

  it.each(['torch-cuda', 'torch-rocm'] as const)('%s has the packages of torch-cpu', (name) => {
    expect(readPins(context, name)).toEqual(readPins(context, 'torch-cpu'));
    expect(readPins(context, name).length).toBeGreaterThan(40);
  });

  it.each(['torch-cpu', 'torch-cuda', 'torch-rocm', 'mlx', 'llama-cpp'] as const)(
    'the record of sizes knows %s on Linux',
    (name) => {
      const { downloadBytes, diskBytes, packages } = recordedSizes(context, name, 'linux-x64');
      expect(downloadBytes).toBeGreaterThan(30e6);
      expect(diskBytes).toBeGreaterThan(downloadBytes ?? Number.POSITIVE_INFINITY);
      for (const { name: pinned } of readPins(context, name)) {
        expect(
          Object.keys(packages).map((key) => key.toLowerCase().replace(/[-_.]+/g, '-')),
        ).toContain(pinned);
      }
    },
  );
});
