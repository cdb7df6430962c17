/** AMD graphics on Linux: sysfs and KFD say what there is, ROCm's tools add names and versions. */
import type { DetectedDevice, FoundDevice } from '../detected-device';
import { type MachineSources, readText } from '../sources/machine-sources';
import { shownCards } from '../visible-devices';
import { type AmdCard, amdCards } from './amd-cards';
import { isParticular, nameOfCard } from './amd-names';
import { amdState } from './amd-state';
import { type RocmTools, rocmTools, type ToolCard } from './amd-tools';
import { type KfdNode, kfdNodes } from './kfd';
import { gfxOfOverride, isIntegratedArchitecture, rocmSupport } from './rocm-support';

const gibibyte = 2 ** 30;
/** Memory that a processor sets aside for its graphics is small beside what they share. */
const mostSetAside = 4 * gibibyte;
const sharedRatio = 4;
/** In the order in which ROCm's runtime and HIP apply them. */
const variables = ['ROCR_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES'];

export async function detectAmd(sources: MachineSources): Promise<FoundDevice[]> {
  if (sources.platform !== 'linux') return [];
  const cards = await amdCards(sources);
  if (cards.length === 0) return [];
  const [nodes, tools, compute, module] = await Promise.all([
    kfdNodes(sources),
    rocmTools(sources),
    sources.access('/dev/kfd'),
    readText(sources, '/sys/module/amdgpu/version'),
  ]);
  const override = sources.environment.HSA_OVERRIDE_GFX_VERSION;
  const matched = cards.map((card) => ({ card, node: nodeOf(card, nodes), uuid: null }));
  const shown = shownCards(inRocmOrder(matched), variables, sources.environment);
  return shown.map(({ card: { card, node }, index, hiddenBy }) => {
    const told = toolCards(card, node, tools);
    const gfx =
      (override && gfxOfOverride(override)) ||
      (node?.gfx ?? told.find((one) => one.gfx)?.gfx ?? null);
    const integrated = isIntegrated(card, node, gfx);
    const state = amdState({ card, node, gfx, compute, tools, integrated, hiddenBy });
    const device: DetectedDevice = {
      id: `rocm:${index}`,
      kind: 'rocm',
      name: nameOf(card, told),
      memoryBytes: memoryOf(card, node, integrated),
      unifiedMemory: integrated,
      integrated,
      architecture: gfx,
      environment: 'torch-rocm',
      recorded: sources.recording !== null,
      driver: driverOf(card, told, module),
      runtime: tools.version === null ? null : `ROCm ${tools.version}`,
      usable: state.problem === null,
      problem: state.problem,
      fix: state.fix,
      precisions: gfx === null ? [] : rocmSupport(gfx).precisions,
      quantizations: gfx === null ? [] : rocmSupport(gfx).quantizations,
    };
    return { device, note: state.note, load: loadOf(card, integrated) };
  });
}

function loadOf(card: AmdCard, shared: boolean): FoundDevice['load'] {
  return card.vramBytes === null ? null : { kind: 'amd', folder: card.folder, shared };
}

function nodeOf(card: AmdCard, nodes: readonly KfdNode[]): KfdNode | null {
  const byRender = nodes.find(
    (node) => node.renderMinor !== null && node.renderMinor === card.renderMinor,
  );
  return byRender ?? nodes.find((node) => node.slot !== null && node.slot === card.slot) ?? null;
}

/** ROCm counts the nodes of KFD; cards that it does not know come after. */
function inRocmOrder<Matched extends { readonly node: KfdNode | null }>(
  matched: readonly Matched[],
): Matched[] {
  const place = ({ node }: Matched): number => node?.node ?? Number.MAX_SAFE_INTEGER;
  return [...matched].sort((a, b) => place(a) - place(b));
}

function toolCards(card: AmdCard, node: KfdNode | null, tools: RocmTools): ToolCard[] {
  return tools.cards.filter(
    (told) =>
      (told.node !== null && told.node === node?.node) ||
      (told.slot !== null && told.slot === card.slot),
  );
}

function nameOf(card: AmdCard, told: readonly ToolCard[]): string {
  const names = [...told.map(({ name }) => name), card.productName].filter((name) => name !== null);
  return (
    names.find(isParticular) ??
    nameOfCard(card.deviceId, card.revision) ??
    names.find((name) => name !== '' && !name.startsWith('0x')) ??
    `AMD graphics (PCI ${card.deviceId ?? 'id unknown'})`
  );
}

function driverOf(card: AmdCard, told: readonly ToolCard[], module: string | null): string | null {
  if (card.driver === null) return null;
  const version = told.find(({ driver }) => driver !== null)?.driver ?? module;
  return version === null ? card.driver : `${card.driver} ${version}`;
}

function isIntegrated(card: AmdCard, node: KfdNode | null, gfx: string | null): boolean {
  if (gfx !== null && isIntegratedArchitecture(gfx)) return true;
  if (node?.hasProcessor) return true;
  const { vramBytes, gttBytes } = card;
  if (gfx !== null || vramBytes === null || gttBytes === null) return false;
  return vramBytes <= mostSetAside && gttBytes > vramBytes * sharedRatio;
}

/** A card's own memory; for graphics in the processor the pool that computing may use. */
function memoryOf(card: AmdCard, node: KfdNode | null, integrated: boolean): number {
  const own = card.vramBytes ?? node?.memoryBytes ?? 0;
  return integrated ? Math.max(own, node?.memoryBytes ?? 0, card.gttBytes ?? 0) : own;
}
