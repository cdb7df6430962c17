import type { DoctorCheck } from '@shared/machine';
import { CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { CopyText } from '../../ui/copy-text';

const signs = {
  ok: { icon: CircleCheck, tone: 'text-passed', word: 'ok' },
  problem: { icon: TriangleAlert, tone: 'text-failed', word: 'problem' },
  note: { icon: Info, tone: 'text-ink-faint', word: 'note' },
} as const;

/** Each check with what was found; a problem brings the command that fixes it. */
export function DoctorList({ checks }: { readonly checks: readonly DoctorCheck[] }): ReactNode {
  return (
    <ul aria-label="Checks">
      {checks.map((check) => {
        const { icon: Icon, tone, word } = signs[check.status];
        return (
          <li key={check.name} className="flex gap-3 px-4 py-2">
            <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${tone}`} />
            <span className="sr-only">{word}</span>
            <div className="min-w-0 flex-1">
              <div className="flex flex-wrap gap-x-3">
                <span className="w-40 shrink-0 font-medium">{check.name}</span>
                <span className="min-w-0 text-ink-soft">{check.found}</span>
              </div>
              {check.fix !== null && (
                <div className="pt-1">
                  <CopyText text={check.fix} />
                </div>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
