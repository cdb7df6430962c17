import type { EvaluationDetail } from '@shared/rpc/evaluations';
import type { ReactNode } from 'react';
import { CopyText } from '../../ui/copy-text';
import { Facts } from '../../ui/facts';
import { duration, integer, moment } from '../../ui/format';
import { Panel } from '../../ui/panel';

/** Everything that must be equal for a fair comparison, and what was measured on the way. */
export function Conditions({ detail }: { readonly detail: EvaluationDetail }): ReactNode {
  const { spec, item, folder } = detail;
  const { comparability } = spec;
  const { sampling } = comparability;
  const summary = item.summary;
  return (
    <Panel title="Conditions">
      <Facts
        facts={[
          {
            name: 'benchmark',
            value: `${comparability.benchmark} ${comparability.benchmarkVersion}`,
          },
          { name: 'prompt format', value: comparability.promptFormat },
          {
            name: 'sampling',
            value:
              sampling.temperature === 0
                ? `greedy, up to ${integer(sampling.maxNewTokens)} tokens`
                : `temperature ${sampling.temperature}, top-k ${sampling.topK}, top-p ${sampling.topP}, up to ${integer(sampling.maxNewTokens)} tokens`,
          },
          { name: 'repeats', value: sampling.repeats },
          { name: 'toolchain', value: comparability.toolchainVersion },
          { name: 'device', value: `${spec.device.name}, ${spec.precision}` },
          ...(summary === null
            ? []
            : [
                {
                  name: 'sandbox',
                  value:
                    summary.sandbox === 'none' ? (
                      <span className="font-medium text-failed">none</span>
                    ) : (
                      summary.sandbox
                    ),
                },
                { name: 'generation', value: duration(summary.generationSeconds) },
                { name: 'judging', value: duration(summary.judgingSeconds) },
                { name: 'tokens', value: integer(summary.completionTokens) },
              ]),
          { name: 'created', value: moment(item.createdAt) },
          { name: 'folder', value: <CopyText text={folder} /> },
        ]}
      />
    </Panel>
  );
}
