/** What `lab doctor` says of judging: toolchains and the sandbox, both tried out. */
import type { DoctorCheck } from '@shared/machine';
import type { LabContext } from '../context';
import { findSandbox } from './sandbox/find-sandbox';
import { toolchainStatuses } from './toolchains/find-toolchain';

export async function toolchainChecks(
  context: Pick<LabContext, 'home' | 'places'>,
): Promise<DoctorCheck[]> {
  return (await toolchainStatuses(context)).map((status) => ({
    name: `toolchain ${status.name}`,
    // A language that is not installed is no fault: nothing that ships needs it but JavaScript.
    status: status.problem === null ? 'ok' : 'note',
    found: status.problem ?? `${status.title} ${status.version ?? ''}, ${status.program ?? ''}`,
    fix: status.fix,
  }));
}

export async function sandboxCheck(): Promise<DoctorCheck[]> {
  const finding = await findSandbox();
  if (finding.sandbox !== null) {
    const groups = finding.sandbox.groups ? '; memory held by control groups' : '';
    const found = `${finding.sandbox.name} works: no network, no home folder${groups}`;
    return [{ name: 'sandbox', status: 'ok', found, fix: null }];
  }
  return [{ name: 'sandbox', status: 'problem', found: finding.why, fix: finding.fix }];
}
