/** Where the program's own parts lie, for the shells that hand them to `createLab`. */
import { join } from 'node:path';
import type { LabPlaces } from '../context';

/**
 * `root` is the clone, or the unpacked resources of an installed app.
 * `LORABENCH_ENVIRONMENTS` moves the Python environments, which weigh gigabytes, elsewhere.
 */
export function placesIn(
  root: string,
  variables: Readonly<Record<string, string | undefined>>,
): LabPlaces {
  return {
    resources: join(root, 'resources'),
    python: join(root, 'python'),
    environments: variables.LORABENCH_ENVIRONMENTS || join(root, '.environments'),
  };
}
