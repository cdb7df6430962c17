/** Brings the login shell's environment into an app that was started from a dock or a menu. */
import {
  isStartedWithoutTerminal,
  missingVariables,
  readLoginShell,
} from '@lab/environments/login-shell';

/** Begun as early as possible; the window does not wait for it, the lab behind it does. */
export async function adoptShellEnvironment(): Promise<void> {
  if (!isStartedWithoutTerminal()) return;
  const found = await readLoginShell();
  if (found !== null) Object.assign(process.env, missingVariables(found, process.env));
}
