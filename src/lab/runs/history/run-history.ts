/**
 * What a run's events say over time: columns for the curves, and the rarer facts beside them. Built
 * from `events.jsonl` alone, so any process can have one; later events replace what they redo.
 */
import { eventSchema, type WorkerEvent } from '@shared/events';
import { z } from 'zod';
import { StepColumns } from './step-columns';

export const historyFactsSchema = z.object({
  offset: z.int().describe('bytes of events.jsonl that are in here'),
  events: z.int(),
  garbage: z.int().describe('lines that were not events'),
  validation: z.array(
    z.object({
      step: z.int(),
      epoch: z.number(),
      loss: z.number().nullable(),
      tokenAccuracy: z.number(),
    }),
  ),
  markers: z.array(
    z.object({
      kind: z.enum(['checkpoint', 'restart', 'warning']),
      step: z.int(),
      label: z.string(),
    }),
  ),
  samples: z.array(z.object({ step: z.int(), prompt: z.string(), text: z.string() })),
  warnings: z.array(
    z.object({ code: z.string(), message: z.string(), details: z.array(z.string()) }),
  ),
  phase: z.object({ name: z.string(), message: z.string() }).nullable(),
  stepsPerEpoch: z.int().nullable(),
});
export type HistoryFacts = z.infer<typeof historyFactsSchema>;

export function emptyFacts(): HistoryFacts {
  return {
    offset: 0,
    events: 0,
    garbage: 0,
    validation: [],
    markers: [],
    samples: [],
    warnings: [],
    phase: null,
    stepsPerEpoch: null,
  };
}

export class RunHistory {
  readonly steps: StepColumns;
  readonly facts: HistoryFacts;

  constructor(steps = new StepColumns(), facts = emptyFacts()) {
    this.steps = steps;
    this.facts = facts;
  }

  /** Takes in one line of the event file; what is not an event counts as garbage. */
  add(line: unknown): void {
    const parsed = eventSchema.safeParse(line);
    if (!parsed.success) {
      this.facts.garbage += 1;
      return;
    }
    this.facts.events += 1;
    this.#apply(parsed.data);
  }

  #apply(event: WorkerEvent): void {
    const { facts, steps } = this;
    switch (event.kind) {
      case 'step':
        steps.push(event);
        return;
      case 'validation': {
        const { step, epoch, loss, tokenAccuracy } = event;
        facts.validation = facts.validation.filter((point) => point.step < step);
        facts.validation.push({ step, epoch, loss, tokenAccuracy });
        return;
      }
      case 'checkpoint':
        facts.markers.push({ kind: 'checkpoint', step: event.step, label: 'checkpoint' });
        return;
      case 'sample': {
        const { step, prompt, text } = event;
        facts.samples.push({ step, prompt, text });
        return;
      }
      case 'warning': {
        const { code, message, details } = event;
        facts.warnings.push({ code, message, details });
        facts.markers.push({ kind: 'warning', step: steps.lastStep(), label: message });
        return;
      }
      case 'phase':
        facts.phase = { name: event.phase, message: event.message };
        facts.stepsPerEpoch = event.plan?.stepsPerEpoch ?? facts.stepsPerEpoch;
        if (typeof event.resumedFrom === 'number') this.#resume(event.resumedFrom);
        return;
      default:
        return;
    }
  }

  /** Steps after the checkpoint are done again: what was drawn of them goes. */
  #resume(step: number): void {
    const { facts } = this;
    this.steps.truncate(step);
    facts.validation = facts.validation.filter((point) => point.step <= step);
    facts.samples = facts.samples.filter((sample) => sample.step <= step);
    facts.markers = facts.markers.filter(
      (marker) => marker.kind === 'restart' || marker.step <= step,
    );
    facts.markers.push({ kind: 'restart', step, label: `resumed from step ${step}` });
  }
}
