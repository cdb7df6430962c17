/** A specification as groups of names and values for people. */
import type { RunSpec } from '@shared/run-spec';
import { scientific, significant } from '../../ui/format';

export interface SpecificationLine {
  readonly path: string;
  readonly name: string;
  readonly value: string;
}
export interface SpecificationGroup {
  readonly title: string;
  readonly lines: readonly SpecificationLine[];
}

/** `maxGradNorm` reads as `max grad norm`. */
export function spaced(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_match, end: string, start: string) => {
    return `${end} ${start.toLowerCase()}`;
  });
}

export function valueText(name: string, value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'number') {
    if (/rate$/i.test(name) && value !== 0 && value < 0.01) return scientific(value);
    return Number.isInteger(value) ? String(value) : significant(value, 4);
  }
  return String(value);
}

function group(
  title: string,
  prefix: string,
  values: Readonly<Record<string, unknown>>,
): SpecificationGroup {
  return {
    title,
    lines: Object.entries(values).map(([name, value]) => ({
      path: prefix === '' ? name : `${prefix}.${name}`,
      name: spaced(name),
      value: valueText(name, value),
    })),
  };
}

/** What the backend really does to the frozen base model. */
export function quantizationText(kind: string, instead = false): string {
  switch (kind) {
    case 'none':
      return 'none';
    case 'nf4':
      return 'NF4, 4 bit';
    case 'mlx4':
      return instead ? 'MLX 4-bit, in place of NF4' : 'MLX 4-bit';
    default:
      return kind;
  }
}

function quantizationGroup({ quantization }: RunSpec): SpecificationGroup {
  const { kind, ...rest } = quantization;
  // MLX has its own groups and constants; what NF4 would have used says nothing about them.
  const shown = kind === 'mlx4' ? {} : rest;
  const all = group('Quantization', 'quantization', { kind, ...shown });
  return {
    ...all,
    lines: all.lines.map((line) =>
      line.path === 'quantization.kind' ? { ...line, value: quantizationText(kind, true) } : line,
    ),
  };
}

export function specificationGroups(spec: RunSpec): readonly SpecificationGroup[] {
  return [
    group('Model and data', '', {
      model: spec.model.source,
      corpus: spec.corpus.source,
      ...(spec.corpus.version === null ? {} : { corpusVersion: spec.corpus.version }),
    }),
    group('Adapter', 'adapter', spec.adapter),
    quantizationGroup(spec),
    group('Schedule', 'schedule', spec.schedule),
    group('Batch', 'batch', spec.batch),
    group('Data', 'data', spec.data),
    group('Monitoring', 'monitoring', spec.monitoring),
    group('Machine', '', {
      device: `${spec.device.name} (${spec.device.id})`,
      threads: spec.device.threads,
      backend: spec.backend,
      precision: spec.precision,
      attention: spec.attention,
      ...(spec.attentionReason === '' ? {} : { attentionReason: spec.attentionReason }),
      seed: spec.seed,
    }),
  ];
}

/** All lines in order, for comparing runs. */
export function specificationLines(spec: RunSpec): readonly SpecificationLine[] {
  return specificationGroups(spec).flatMap((entry) => entry.lines);
}
