/** How many samples would have passed, had each ended after its first, second, third … round. */
import type { RoundAnswer, RoundCheck } from '@shared/agent';
import type { Task } from '@shared/benchmark';
import type { EvaluationSpec, EvaluationSummary } from '@shared/evaluation';
import type { Judgement } from '@shared/judgement';
import PQueue from 'p-queue';
import { judgementReader, sampleKey } from '../evaluation-files';
import type { Judge } from '../judge/open-judge';
import { samplesAtOnce } from '../judge/samples-at-once';
import { rateFrom } from '../summarize';
import {
  addVerdict,
  answerReader,
  checkReader,
  type RoundVerdict,
  roundKey,
  verdictReader,
} from './agent-files';

/** Stages that a judgement has as well: who fails them in a check fails the judgement. */
const decisive = ({ tests }: Task): readonly string[] =>
  // Hidden tests load a program in another way than it is run by itself.
  typeof tests === 'string' ? ['extract', 'syntax'] : ['extract', 'syntax', 'run'];

type Rounds = NonNullable<EvaluationSummary['rounds']>;

/**
 * Judges the programs that were mended later, with hidden tests and all, and keeps the verdicts.
 * @throws whatever `signal` was aborted with
 */
export async function judgeRounds(
  folder: string,
  tasks: readonly Task[],
  judge: Pick<Judge, 'judge'>,
  signal: AbortSignal,
): Promise<void> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const known = new Set((await verdictReader(folder).readOn()).map(roundKey));
  const checks = new Map((await checkReader(folder).readOn()).map((one) => [roundKey(one), one]));
  const answers = await answerReader(folder).readOn();
  const queue = new PQueue({ concurrency: samplesAtOnce() });
  let writing: Promise<void> = Promise.resolve();
  const one = async (answer: RoundAnswer): Promise<void> => {
    const task = byId.get(answer.taskId);
    if (task === undefined || signal.aborted) return;
    const lost = failsAnyway(task, checks.get(roundKey(answer)));
    const passed = lost ? false : (await judge.judge(task, answer, signal)).passed;
    const { taskId, sample, round } = answer;
    writing = writing.then(() => addVerdict(folder, { taskId, sample, round, passed }));
    await writing;
  };
  const missing = mended(answers).filter((answer) => !known.has(roundKey(answer)));
  await Promise.all(missing.map((answer) => queue.add(() => one(answer))));
  signal.throwIfAborted();
}

/** Answers after which the same sample was asked again. */
function mended(answers: readonly RoundAnswer[]): RoundAnswer[] {
  const last = new Map<string, number>();
  for (const answer of answers) {
    last.set(sampleKey(answer), Math.max(last.get(sampleKey(answer)) ?? 0, answer.round));
  }
  return answers.filter((answer) => answer.round < (last.get(sampleKey(answer)) ?? 0));
}

function failsAnyway(task: Task, check: RoundCheck | undefined): boolean {
  return check?.problems.some(({ stage }) => decisive(task).includes(stage)) === true;
}

export async function passByRound(
  folder: string,
  spec: EvaluationSpec,
  tasks: readonly Task[],
): Promise<Rounds> {
  const answers = await answerReader(folder).readOn();
  const verdicts = new Map(
    (await verdictReader(folder).readOn()).map((one) => [roundKey(one), one]),
  );
  const judgements = await judgementReader(folder).readOn();
  return Array.from({ length: spec.agent?.rounds ?? 1 }, (_, at) => {
    const round = at + 1;
    const clusters = tasks.flatMap(({ id }) => {
      const own = judgements.filter((one) => one.taskId === id && !isOurs(one));
      if (own.length === 0) return [];
      return [
        { passed: own.filter((one) => passedBy(round, one, verdicts)).length, total: own.length },
      ];
    });
    const asked = answers.filter((answer) => answer.round === round).length;
    return { round, asked, passed: rateFrom(clusters) };
  });
}

const isOurs = ({ failure }: Judgement): boolean =>
  failure === 'generation' || failure === 'sandbox';

/** Without a verdict of that round the sample had ended by then: its own judgement counts. */
function passedBy(
  round: number,
  { taskId, sample, passed }: Judgement,
  verdicts: ReadonlyMap<string, RoundVerdict>,
): boolean {
  const then =
    verdicts.get(roundKey({ taskId, sample, round })) ??
    // Equal repeats of a local model are answered once, as sample 0.
    (sample === 0 ? undefined : verdicts.get(roundKey({ taskId, sample: 0, round })));
  return then?.passed ?? passed;
}
