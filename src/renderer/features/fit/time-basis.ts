import { assertNever } from '@shared/assert-never';
import type { FitReport } from '@shared/fit';
import { roughDuration } from '../../ui/format';

/** How long a training takes and how the lab knows. */
export function expectedTime(seconds: number | null, basis: FitReport['timeBasis']): string {
  switch (basis) {
    case 'measured':
      return `about ${roughDuration(seconds)}, measured`;
    case 'rehearsed':
      return `about ${roughDuration(seconds)}, rehearsed`;
    case 'estimated':
      return `about ${roughDuration(seconds)}, estimated`;
    case 'unknown':
      return 'time not known yet';
    default:
      return assertNever(basis);
  }
}

export const basisExplained: Readonly<Record<FitReport['timeBasis'], string>> = {
  measured: 'From past runs of this preset on this machine.',
  rehearsed: 'From a rehearsal on this device.',
  estimated: 'From the class of the device; a rehearsal measures it.',
  unknown: 'Nothing is known of this model on this device yet.',
};
