/** A package index on the loopback interface with tiny wheels; one file may be served without end. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { repository } from './command';

const packages = { alpha: '1.0', beta: '2.0', gamma: '3.0' };

export interface PackageIndex {
  /** For the processes that install: this index and no other. */
  readonly variables: Readonly<Record<string, string>>;
  /** Name of a package whose file never ends. */
  endless: string | null;
  /** Resolves when the endless file is being fetched. */
  asked(): Promise<void>;
  close(): Promise<void>;
}

export async function servePackages(folder: string): Promise<PackageIndex> {
  const wheels = join(folder, 'wheels');
  mkdirSync(wheels);
  const script = [
    'import sys',
    'from pathlib import Path',
    'sys.path.insert(0, sys.argv[1])',
    'from environment_support import wheel',
    'for pin in sys.argv[3:]:',
    '    name, version = pin.split("==")',
    '    Path(sys.argv[2], f"{name}-{version}-py3-none-any.whl").write_bytes(wheel(name, version))',
  ].join('\n');
  const pins = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
  const support = join(repository, 'python', 'tests', 'environments');
  execFileSync('python3', ['-c', script, support, wheels, ...pins]);

  let fetched: () => void = () => undefined;
  let asked = new Promise<void>((resolve) => {
    fetched = resolve;
  });
  const index = { endless: null as string | null };
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('/').filter(Boolean);
    const name = path.at(-1) ?? '';
    if (path[0] === 'files') {
      const content = readFileSync(join(wheels, name));
      const endless = index.endless !== null && name.startsWith(`${index.endless}-`);
      response.setHeader('Content-Length', content.length + (endless ? 1e9 : 0));
      if (endless) {
        response.write(content);
        fetched();
      } else response.end(content);
      return;
    }
    const version = Object.entries(packages).find(([known]) => known === name)?.[1];
    const file = `${name}-${version}-py3-none-any.whl`;
    response.statusCode = version === undefined ? 404 : 200;
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!DOCTYPE html><a href="/files/${file}">${file}</a>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    variables: {
      PIP_CONFIG_FILE: process.platform === 'win32' ? 'nul' : '/dev/null',
      PIP_INDEX_URL: `http://127.0.0.1:${port}/simple`,
      PIP_EXTRA_INDEX_URL: '',
      PIP_FIND_LINKS: '',
      PIP_NO_CACHE_DIR: '1',
      PIP_RETRIES: '1',
      UV_DEFAULT_INDEX: `http://127.0.0.1:${port}/simple`,
      UV_NO_CONFIG: '1',
      UV_NO_CACHE: '1',
    },
    get endless() {
      return index.endless;
    },
    set endless(name) {
      index.endless = name;
      asked = new Promise((resolve) => {
        fetched = resolve;
      });
    },
    asked: () => asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * A clone in little: the built command and the worker's code, with locks of three tiny packages.
 * Returns its root; environments lie in `<root>/.environments`.
 */
export function littleClone(folder: string): string {
  const root = join(folder, 'clone');
  const requirements = join(root, 'python', 'requirements');
  mkdirSync(requirements, { recursive: true });
  mkdirSync(join(root, 'out'));
  symlinkSync(join(repository, 'python', 'lorabench'), join(root, 'python', 'lorabench'));
  for (const name of ['resources', 'node_modules', 'package.json']) {
    symlinkSync(join(repository, name), join(root, name));
  }
  // Copied: a module's own place is where its links lead to.
  cpSync(join(repository, 'out', 'cli'), join(root, 'out', 'cli'), { recursive: true });
  for (const name of ['torch-cpu', 'torch-cuda', 'torch-rocm', 'mlx', 'llama-cpp']) {
    const lock = Object.entries(packages).map(([pin, version]) => `${pin}==${version}\n`);
    writeFileSync(join(requirements, `${name}.txt`), lock.join(''));
  }
  return root;
}
