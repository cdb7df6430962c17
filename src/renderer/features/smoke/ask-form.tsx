import { useQuery } from '@tanstack/react-query';
import { Flame } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { Choice } from '../../ui/choice';
import { inputClasses, TextField } from '../../ui/field';
import { Panel } from '../../ui/panel';
import { useCommand } from '../../ui/use-command';
import { SubjectChoice } from './subject-choice';

const own = '';

/** One prompt, or a saved smoke test, for those who are ticked. */
export function AskForm({ subjects }: { readonly subjects: readonly string[] }): ReactNode {
  const { client, query } = useLab();
  const [, navigate] = useLocation();
  const checks = useQuery(query.smoke.checks.queryOptions()).data ?? [];
  const [chosen, setChosen] = useState(subjects);
  const [check, setCheck] = useState(own);
  const [prompt, setPrompt] = useState('');
  const [system, setSystem] = useState('');
  const ask = useCommand(
    () =>
      client.smoke.start({
        subjects: [...chosen],
        ...(check === own ? { prompt } : { check }),
        ...(check === own && system !== '' ? { systemPrompt: system } : {}),
      }),
    { after: ({ id }) => navigate(`/smoke/${id}`) },
  );
  const ready = chosen.length > 0 && (check !== own || prompt.trim() !== '');
  return (
    <Panel
      title="Ask"
      note="Temperature 0.3, top-k 50, top-p 0.95, repetition penalty 1.2, at most 400 tokens; saved tests bring their own."
      bodyClassName="flex flex-col gap-4 p-4"
    >
      <SubjectChoice chosen={chosen} onChange={setChosen} />
      {checks.length > 0 && (
        <div>
          <div className="pb-1 text-xs font-medium">What is asked</div>
          <Choice
            label="What is asked"
            value={check}
            options={[
              { value: own, title: 'a prompt of your own' },
              ...checks.map(({ name, prompt: asks }) => ({
                value: name,
                title: name,
                note: asks.slice(0, 80),
              })),
            ]}
            onChange={setCheck}
          />
        </div>
      )}
      {check === own && (
        <div className="grid gap-4 lg:grid-cols-[2fr_1fr]">
          <PromptField value={prompt} onChange={setPrompt} />
          <TextField
            label="System prompt"
            value={system}
            onChange={setSystem}
            explanation="Empty: none."
          />
        </div>
      )}
      <div>
        <Button look="primary" disabled={!ready || ask.busy} onClick={() => ask.run(undefined)}>
          <Flame aria-hidden className="size-3.5" /> Ask
        </Button>
      </div>
    </Panel>
  );
}

function PromptField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="block pb-1 text-xs font-medium">
        Prompt
      </label>
      <textarea
        id={id}
        rows={4}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`${inputClasses} h-auto py-2`}
      />
    </div>
  );
}
