import { nameSchema } from '@shared/name';
import { smokeExpectationsSchema } from '@shared/smoke';
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

/** No name of a saved smoke test has a space; an empty value would show as not chosen. */
const own = 'a prompt of your own';

/** One prompt, or a saved smoke test, for those who are ticked. */
export function AskForm({ subjects }: { readonly subjects: readonly string[] }): ReactNode {
  const { client, query, queryClient } = useLab();
  const [, navigate] = useLocation();
  const checks = useQuery(query.smoke.checks.queryOptions()).data ?? [];
  const [chosen, setChosen] = useState(subjects);
  const [check, setCheck] = useState(own);
  const [prompt, setPrompt] = useState('');
  const [system, setSystem] = useState('');
  const [save, setSave] = useState('');
  const [contains, setContains] = useState('');
  const saved = save.trim();
  const taken = checks.some(({ name }) => name === saved);
  const saveProblem =
    saved === ''
      ? undefined
      : taken
        ? 'There is a saved smoke test of that name.'
        : nameSchema.safeParse(saved).error?.issues[0]?.message;
  const ask = useCommand(
    () =>
      client.smoke.start({
        subjects: [...chosen],
        ...(check === own
          ? {
              prompt,
              ...(system === '' ? {} : { systemPrompt: system }),
              ...(saved === '' ? {} : { save: saved, expect: expectations(contains) }),
            }
          : { check }),
      }),
    {
      after: ({ id }) => {
        void queryClient.invalidateQueries({ queryKey: query.smoke.key() });
        navigate(`/smoke/${id}`);
      },
    },
  );
  const ready =
    chosen.length > 0 && (check !== own || (prompt.trim() !== '' && saveProblem === undefined));
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
              { value: own, title: own },
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
        <>
          <div className="grid gap-4 lg:grid-cols-[2fr_1fr]">
            <PromptField value={prompt} onChange={setPrompt} />
            <TextField
              label="System prompt"
              value={system}
              onChange={setSystem}
              explanation="Empty: none."
            />
          </div>
          <div className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-3">
            <TextField
              label="Save as"
              value={save}
              onChange={setSave}
              placeholder="not saved"
              problem={saveProblem}
              explanation="A saved one can be asked again, and guard a preset's evaluations."
            />
            {saved !== '' && (
              <TextField
                label="Must contain"
                value={contains}
                onChange={setContains}
                explanation="A good answer also comes to an end and speaks for nobody else."
              />
            )}
          </div>
        </>
      )}
      <div>
        <Button look="primary" disabled={!ready || ask.busy} onClick={() => ask.run(undefined)}>
          <Flame aria-hidden className="size-3.5" />
          {check === own && saved !== '' ? 'Save and ask' : 'Ask'}
        </Button>
      </div>
    </Panel>
  );
}

/** What a saved smoke test expects of an answer. */
const expectations = (contains: string) =>
  smokeExpectationsSchema.parse({
    finishReason: 'stop',
    ...(contains.trim() === '' ? {} : { contains: [contains] }),
  });

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
