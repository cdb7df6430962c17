/**
 * Keys of endpoints: in the system's keychain, or in an environment variable (machines without one,
 * such as a server). They are never written to a file, a log or an error.
 */
import { Entry } from '@napi-rs/keyring';
import type { Endpoint, EndpointCard } from '@shared/endpoint';
import { LabError } from '@shared/errors';

const service = 'lorabench endpoint';

/** "my-server" → LORABENCH_KEY_MY_SERVER. */
export const keyVariable = (name: string): string =>
  `LORABENCH_KEY_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;

export function keyFrom({ name, needsKey }: Endpoint): EndpointCard['keyFrom'] {
  if (!needsKey) return 'none';
  if (process.env[keyVariable(name)]) return 'environment';
  return fromKeychain(name) === null ? 'missing' : 'keychain';
}

/** @throws LabError saying how to give a key */
export function keyOf(endpoint: Endpoint): string {
  // The client insists on a key; servers that need none ignore it.
  if (!endpoint.needsKey) return 'none';
  const key = process.env[keyVariable(endpoint.name)] || fromKeychain(endpoint.name);
  if (key) return key;
  throw new LabError({
    code: 'unavailable',
    what: `The endpoint "${endpoint.name}" has no key.`,
    why: `It is neither in the keychain nor in ${keyVariable(endpoint.name)}.`,
    fix: `lab endpoints key ${endpoint.name} stores one, or set ${keyVariable(endpoint.name)}.`,
  });
}

/** @throws LabError where the system has no keychain that can be reached */
export function storeKey(name: string, key: string): void {
  try {
    new Entry(service, name).setPassword(key);
  } catch (error) {
    throw new LabError({
      code: 'unavailable',
      what: 'The key could not be stored.',
      why: `The system's keychain cannot be reached: ${error instanceof Error ? error.message : String(error)}.`,
      fix: `Put it into the environment variable ${keyVariable(name)} instead.`,
    });
  }
}

export function forgetKey(name: string): void {
  try {
    new Entry(service, name).deletePassword();
  } catch {
    // There was none, or there is no keychain to hold one.
  }
}

function fromKeychain(name: string): string | null {
  try {
    return new Entry(service, name).getPassword() ?? null;
  } catch {
    return null;
  }
}
