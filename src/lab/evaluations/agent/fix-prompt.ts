/** What a model is asked when its program is not right yet. */
import type { RoundAnswer, RoundCheck } from '@shared/agent';
import type { Task } from '@shared/benchmark';
import type { Judgement } from '@shared/judgement';

const headings: Readonly<Record<string, string>> = {
  extract: 'There was nothing to compile.',
  syntax: 'It does not compile:',
  run: 'It fails when it is run:',
  gates: 'It breaks rules:',
};

/** One question by itself, with nothing of earlier rounds but the last program and its problems. */
export function fixPrompt(
  { prompt }: Pick<Task, 'prompt'>,
  program: string,
  problems: RoundCheck['problems'],
  fence: string,
): string {
  const said = problems.map(({ stage, message }) =>
    [headings[stage] ?? `${stage}:`, message].filter((part) => part !== '').join('\n'),
  );
  return [
    prompt,
    program.trim() === ''
      ? 'Your last answer held no program.'
      : `This was your last program:\n\n\`\`\`${fence}\n${program.trimEnd()}\n\`\`\``,
    ...said,
    'Answer with the whole corrected program.',
  ].join('\n\n');
}

/** What of a check may be told, and whether there is anything to mend. */
export function checkOf(answer: RoundAnswer, judgement: Judgement): RoundCheck {
  const { taskId, sample, round } = answer;
  const ours = judgement.failure === 'generation' || judgement.failure === 'sandbox';
  const problems = judgement.stages
    .filter(({ passed }) => !passed)
    .map(({ stage, message }) => ({ stage, message }));
  return { taskId, sample, round, clean: judgement.passed, problems, ours };
}
