import type { DrawingChoice } from '@shared/sampling';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLab } from '../../app/lab-context';

export interface EvaluateRequest {
  readonly subject: string;
  readonly benchmarks: readonly string[];
  readonly repeats: number | null;
  readonly sampling: DrawingChoice;
  /** Of an agent loop; null: every task is answered once. */
  readonly rounds: number | null;
  readonly allGates: boolean;
  readonly allowUnsandboxed: boolean;
}

export interface QueuedEvaluation {
  readonly id: string;
  readonly benchmark: string;
}

/** One benchmark after the other; those before one that is refused stay in the queue. */
class Refused extends Error {
  readonly benchmark: string;
  constructor(benchmark: string, cause: unknown) {
    super(benchmark, { cause });
    this.benchmark = benchmark;
  }
}

export function useEvaluate(queuedAll: (queued: readonly QueuedEvaluation[]) => void) {
  const { client, query, queryClient } = useLab();
  const [queued, setQueued] = useState<readonly QueuedEvaluation[]>([]);
  const enqueue = useMutation({
    mutationFn: async (request: EvaluateRequest) => {
      const { subject, repeats, sampling, rounds, allGates, allowUnsandboxed } = request;
      const made: QueuedEvaluation[] = [...queued];
      for (const benchmark of request.benchmarks) {
        try {
          const { id } = await client.evaluations.enqueue({
            subject: rounds === null ? subject : `agent:${subject}`,
            benchmark,
            ...(repeats === null ? {} : { repeats }),
            ...(rounds === null ? {} : { rounds, allGates }),
            ...sampling,
            allowUnsandboxed,
          });
          made.push({ id, benchmark });
          setQueued([...made]);
        } catch (error) {
          throw new Refused(benchmark, error);
        }
      }
      return made;
    },
    onSuccess: queuedAll,
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: query.queue.key() });
      void queryClient.invalidateQueries({ queryKey: query.evaluations.list.key() });
    },
  });
  const refused = enqueue.error instanceof Refused ? enqueue.error : null;
  return {
    run: enqueue.mutate,
    busy: enqueue.isPending,
    queued,
    /** The benchmark that was refused and why; null when nothing was. */
    refused: refused === null ? null : { benchmark: refused.benchmark, error: refused.cause },
    /** What was typed since is another request. */
    forget: enqueue.reset,
  };
}
