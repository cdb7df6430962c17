/** `lab serve` as a real process. */
import { type CommandSettings, type Running, startLab } from '../../integration/support/command';

export interface Served {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  stop(): Promise<void>;
}

export async function serveLab(settings: CommandSettings): Promise<Served> {
  const running = startLab(['serve', '--port', '0', '--json'], settings);
  const told = JSON.parse(await firstLine(running)) as Omit<Served, 'stop'>;
  return {
    ...told,
    async stop() {
      running.child.kill('SIGTERM');
      await running.ended;
    },
  };
}

async function firstLine(running: Running): Promise<string> {
  const end = Date.now() + 120_000;
  while (Date.now() < end && running.child.exitCode === null) {
    const [line, ...rest] = running.stdout().split('\n');
    if (line !== undefined && rest.length > 0) return line;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`lab serve printed no address: ${running.stderr()}`);
}
