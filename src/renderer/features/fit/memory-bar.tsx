import type { FitPart, FitReport } from '@shared/fit';
import type { ReactNode } from 'react';
import { bytes, percent, plain } from '../../ui/format';
import { Quantity } from '../../ui/quantity';

/** Colours of the parts, in the order in which they are drawn; a pattern is the second cue. */
export const partColours: Readonly<Record<FitPart['part'], string>> = {
  weights: 'var(--series-1)',
  adapter: 'var(--series-3)',
  optimizer: 'var(--series-4)',
  activations: 'var(--series-2)',
  logits: 'var(--series-5)',
  overhead: 'var(--line-strong)',
};

/** What the memory is needed for: one bar, where the device ends, and each part with its reason. */
export function MemoryBar({ report }: { readonly report: FitReport }): ReactNode {
  const { parts, totalBytes, usableBytes, device } = report;
  const scale = Math.max(totalBytes, device.memoryBytes) * 1.02;
  const at = (size: number): string => `${(100 * size) / scale}%`;
  const words = `${plain(bytes(totalBytes))} needed, ${plain(bytes(usableBytes))} usable: ${parts
    .map((part) => `${part.part} ${plain(bytes(part.bytes))}`)
    .join(', ')}`;
  return (
    <div>
      <div className="relative pt-4 pb-1">
        <div
          role="img"
          aria-label={words}
          className="flex h-5 overflow-hidden rounded-sm bg-sunken ring-1 ring-line ring-inset"
        >
          {parts.map((part) => (
            <div
              key={part.part}
              title={`${part.part}: ${plain(bytes(part.bytes))}`}
              className="h-full border-r border-panel transition-[width] duration-150 last:border-r-0"
              style={{ width: at(part.bytes), background: partColours[part.part] }}
            />
          ))}
        </div>
        <div
          aria-hidden
          className="absolute top-3 bottom-0 border-l-2 border-ink"
          style={{ left: at(usableBytes) }}
        />
        <span
          aria-hidden
          className="absolute top-0 -translate-x-full pr-1 text-2xs leading-4 whitespace-nowrap text-ink-soft"
          style={{ left: at(usableBytes) }}
        >
          usable {plain(bytes(usableBytes))}
        </span>
      </div>
      <table className="w-full text-xs">
        <thead className="sr-only">
          <tr>
            <th>part</th>
            <th>size</th>
            <th>share</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr key={part.part} className="align-baseline" title={part.explanation}>
              <th scope="row" className="py-0.5 pr-3 text-left font-normal">
                <span className="flex items-baseline gap-2">
                  <span
                    aria-hidden
                    className="size-2.5 shrink-0 rounded-xs"
                    style={{ background: partColours[part.part] }}
                  />
                  <span className="min-w-0">
                    {part.part}
                    <span className="block text-2xs text-ink-faint">{part.explanation}</span>
                  </span>
                </span>
              </th>
              <td className="py-0.5 text-right whitespace-nowrap">
                <Quantity of={bytes(part.bytes)} />
              </td>
              <td className="w-14 py-0.5 text-right text-ink-faint">
                {plain(percent(totalBytes === 0 ? null : part.bytes / totalBytes, 0))}
              </td>
            </tr>
          ))}
          <tr className="border-t border-line font-medium">
            <th scope="row" className="py-1 text-left font-medium">
              together
            </th>
            <td colSpan={2} className="py-1 text-right whitespace-nowrap">
              <Quantity of={bytes(totalBytes)} />
              <span className="font-normal text-ink-faint">
                {' '}
                of {plain(bytes(device.memoryBytes))}
              </span>
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}
