/** The built window over the pretended lab of tests/fixtures/window. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './lab-home';

export interface WindowFixture {
  readonly urlOf: (scenario: string) => Promise<string>;
  readonly close: () => void;
}

function start(options: readonly string[]): { child: ChildProcess; url: Promise<string> } {
  const script = join(repository, 'tests', 'fixtures', 'window', 'serve.mjs');
  const child = spawn(process.execPath, [script, '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      const found = /http:\S+/.exec(String(chunk))?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => reject(new Error(`The fixture server ended with ${code}.`)));
  });
  return { child, url };
}

/** Builds the window once; each scenario is served by a process of its own. */
export function serveFixture(): WindowFixture {
  const folder = mkdtempSync(join(tmpdir(), 'lorabench-window-'));
  const servers = new Map<string, { child: ChildProcess; url: Promise<string> }>();
  let built: Promise<unknown> | null = null;
  return {
    async urlOf(scenario) {
      let server = servers.get(scenario);
      if (server === undefined) {
        await built;
        const build = built === null ? ['--build'] : [];
        server = start(['--scenario', scenario, '--folder', folder, ...build]);
        servers.set(scenario, server);
        built ??= server.url;
      }
      return server.url;
    },
    close() {
      for (const { child } of servers.values()) child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
