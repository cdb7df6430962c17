import type { ModelOffer } from '@shared/base-model';
import type { ReactNode } from 'react';
import { CopyText } from '../../ui/copy-text';
import { Facts } from '../../ui/facts';
import { plain, plural, storage } from '../../ui/format';
import { Quantity } from '../../ui/quantity';

/** What a download brings, where it will lie, and under which licence. */
export function ModelOfferView({
  offer,
  lackingBytes,
}: {
  readonly offer: ModelOffer;
  /** By how much the disk is too small; 0 when it is large enough. */
  readonly lackingBytes: number;
}): ReactNode {
  const rest = offer.totalBytes - offer.presentBytes;
  return (
    <div className="space-y-4">
      {offer.gated && (
        <p className="rounded-md bg-warning-soft p-3 text-warning">
          This model is gated: accept its licence on the hub with your account, and give the lab
          that account's token (HF_TOKEN). Without both the hub refuses the download.
        </p>
      )}
      {lackingBytes > 0 && (
        <p role="alert" className="rounded-md bg-failed-soft p-3 text-failed">
          The disk is too small by {plain(storage(lackingBytes))}. Free that much, or put the lab's
          folder on another disk.
        </p>
      )}
      <Facts
        facts={[
          {
            name: 'size',
            value: (
              <>
                <Quantity of={storage(offer.totalBytes)} /> in {plural(offer.files.length, 'file')}
                {offer.presentBytes > 0 && (
                  <span className="text-ink-soft">
                    , {plain(storage(offer.presentBytes))} already here
                  </span>
                )}
              </>
            ),
          },
          { name: 'licence', value: offer.license ?? 'not stated' },
          { name: 'access', value: offer.gated ? 'gated: needs a token' : 'open to everybody' },
          { name: 'from', value: offer.endpoint },
          {
            name: 'revision',
            value: (
              <code className="font-mono text-xs" title={offer.revision}>
                {offer.revision.slice(0, 12)}
              </code>
            ),
          },
          { name: 'will lie in', value: <CopyText text={offer.folder} /> },
          {
            name: 'disk free',
            value: (
              <>
                <Quantity of={storage(offer.diskFreeBytes)} />
                <span className="text-ink-soft">
                  , {plain(storage(Math.max(0, offer.diskFreeBytes - rest)))} afterwards
                </span>
              </>
            ),
          },
        ]}
      />
      <details className="rounded-md border border-line">
        <summary className="rounded-md px-3 py-1.5 text-xs font-medium hover:bg-hover">
          {plural(offer.files.length, 'file')}
        </summary>
        <table className="w-full text-xs">
          <thead className="sr-only">
            <tr>
              <th>file</th>
              <th>size</th>
            </tr>
          </thead>
          <tbody>
            {offer.files.map((file) => (
              <tr key={file.name} className="border-t border-line">
                <td className="px-3 py-1 font-mono break-all">{file.name}</td>
                <td className="px-3 py-1 text-right whitespace-nowrap">
                  <Quantity of={storage(file.bytes)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}
