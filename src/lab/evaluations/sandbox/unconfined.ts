/** No sandbox: only where the user allowed it by name. Limits of time, output and memory still hold. */
import { filled, filledEnvironment, pathsInPlace, plainEnvironment, type Sandbox } from './sandbox';

export const unconfined: Sandbox = {
  name: 'none',
  launch(program, box) {
    const paths = pathsInPlace(program, box);
    const [command, ...args] = filled(program.argv, paths);
    const system =
      process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot ?? 'C:\\Windows' } : {};
    return {
      command: command ?? program.argv[0],
      args,
      env: {
        ...plainEnvironment,
        ...system,
        HOME: box,
        TMPDIR: box,
        ...filledEnvironment(program.environment, paths),
      },
      cwd: box,
      statusPipe: false,
    };
  },
};
