import type { RunDetail } from '@shared/run';
import { type ReactNode, useState } from 'react';
import { Choice } from '../../ui/choice';
import { Code } from '../../ui/code';
import { integer } from '../../ui/format';
import { Empty } from '../../ui/waiting';

/** What the model answered to the same prompt as it learned, newest first. */
export function SamplesTab({ samples }: { readonly samples: RunDetail['samples'] }): ReactNode {
  const prompts = [...new Set(samples.map((sample) => sample.prompt))];
  const [chosen, setChosen] = useState<string | null>(null);
  if (samples.length === 0) {
    return (
      <Empty title="No sample yet.">
        A preset can name prompts that the model answers during training, to see it learn.
      </Empty>
    );
  }
  const prompt = chosen ?? prompts[0];
  const shown = samples.filter((sample) => sample.prompt === prompt).reverse();
  return (
    <div className="space-y-4 p-4">
      {prompts.length > 1 && (
        <Choice
          label="Prompt"
          className="w-full"
          value={prompt ?? null}
          options={prompts.map((entry) => ({ value: entry, title: entry }))}
          onChange={setChosen}
        />
      )}
      <p className="text-ink-soft">{prompt}</p>
      {shown.map((sample) => (
        <section key={sample.step} aria-label={`Sample at step ${integer(sample.step)}`}>
          <h3 className="pb-1 text-xs font-semibold">step {integer(sample.step)}</h3>
          <Code text={sample.text} language="javascript" />
        </section>
      ))}
    </div>
  );
}
