/** Whether an AMD card can train; if not, why, and what to do. */
import { hiddenObstacle } from '../visible-devices';
import type { AmdCard } from './amd-cards';
import type { RocmTools } from './amd-tools';
import type { KfdNode } from './kfd';
import { rocmSupport } from './rocm-support';

export interface AmdFacts {
  readonly card: AmdCard;
  readonly node: KfdNode | null;
  readonly gfx: string | null;
  /** /dev/kfd, through which every ROCm program computes. */
  readonly compute: 'open' | 'missing' | 'denied';
  readonly tools: RocmTools;
  readonly integrated: boolean;
  /** The variable that hides it from programs. */
  readonly hiddenBy: string | null;
}

export interface DeviceState {
  /** null: it can train. */
  readonly problem: string | null;
  readonly fix: string | null;
  readonly note: string | null;
}

const guide = 'https://rocm.docs.amd.com/projects/install-on-linux';

/** The first thing in the way: later ones only show once it is gone. */
export function amdState(facts: AmdFacts): DeviceState {
  const { card, compute, gfx, node, tools } = facts;
  if (card.driver !== 'amdgpu') {
    return stop(
      card.driver === null
        ? 'No driver serves this card.'
        : `The ${card.driver} driver serves this card; only amdgpu can compute.`,
      `Install AMD's driver (${guide}), then restart the computer.`,
    );
  }
  if (card.unreadable !== null) {
    return stop(
      `The driver does not tell the card's memory (${card.unreadable}).`,
      'Restart the computer; if it stays, look for "amdgpu" in: sudo dmesg. In a container, mount /sys.',
    );
  }
  if (compute === 'denied') {
    return stop(
      'Permission denied on /dev/kfd: you are not in the group that may compute on the card.',
      'Run: sudo usermod -a -G render,video $USER, then log out and in again.',
    );
  }
  if (compute === 'missing') {
    return stop(
      tools.version === null
        ? 'There is no /dev/kfd: the driver shows pictures, but its compute part is not loaded.'
        : `ROCm ${tools.version} is half installed: there is no /dev/kfd, so its driver is not loaded.`,
      `Run: sudo modprobe amdgpu; if /dev/kfd stays missing, install the driver part too: sudo amdgpu-install --usecase=rocm (${guide}). In a container, add --device=/dev/kfd --device=/dev/dri.`,
    );
  }
  if (gfx === null || node === null) {
    return stop(
      'The compute driver (KFD) does not list this card.',
      `Compare the kernel and the card with AMD's requirements: ${guide}`,
    );
  }
  const hidden = hiddenObstacle(facts.hiddenBy);
  if (hidden !== null) return stop(hidden.problem, hidden.fix);
  return supportState(facts, gfx);
}

function supportState({ integrated, tools }: AmdFacts, gfx: string): DeviceState {
  const support = rocmSupport(gfx);
  if (!support.computes) {
    return stop(
      `PyTorch's ROCm build has no code for ${gfx}${integrated ? ', graphics that are part of the processor' : ''}.`,
      support.override === null
        ? 'Use another device; jobs run on the CPU.'
        : `At your own risk: export HSA_OVERRIDE_GFX_VERSION=${support.override} before starting, and the card runs the code of a neighbour.`,
    );
  }
  const notes = [
    support.listed
      ? null
      : `AMD does not list ${gfx} for ROCm 6.4; it computes without AMD's promise.`,
    support.quantizations.includes('nf4')
      ? null
      : `NF4 needs a newer card: bitsandbytes has no code for ${gfx}.`,
    tools.hanging.length === 0 ? null : `${tools.hanging.join(' and ')} did not answer in time.`,
    tools.complaint === null ? null : `rocminfo says: ${tools.complaint}`,
  ].filter((note) => note !== null);
  return { problem: null, fix: null, note: notes.join(' ') || null };
}

function stop(problem: string, fix: string): DeviceState {
  return { problem, fix, note: null };
}
