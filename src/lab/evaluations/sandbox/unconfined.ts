/** No sandbox: only where the user allowed it by name. Limits of time, output and memory still hold. */
import { plainEnvironment, type Sandbox, withBox } from './sandbox';

export const unconfined: Sandbox = {
  name: 'none',
  launch(program, box) {
    const [command, ...args] = withBox(program.argv, box);
    const system =
      process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot ?? 'C:\\Windows' } : {};
    return {
      command: command ?? program.argv[0],
      args,
      env: { ...plainEnvironment, ...system, HOME: box, TMPDIR: box, ...program.environment },
      cwd: box,
      statusPipe: false,
    };
  },
};
