import { type ReactNode, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../../ui/button';
import { ModalDialog } from '../../ui/dialog';
import { ErrorCard } from '../../ui/error-card';
import { plural } from '../../ui/format';
import { useNotices } from '../../ui/notices';
import { AgentFields, roundsOf, roundsProblem } from './agent-fields';
import { BenchmarkChoice } from './benchmark-choice';
import { type EvaluateOrigin, useEvaluateDialog } from './evaluate-store';
import { QueuedEvaluations } from './queued-evaluations';
import {
  drawingChoiceOf,
  numberOf,
  repeatsProblem,
  type SamplingDraft,
  samplingFields,
  samplingProblem,
} from './sampling-draft';
import { SamplingFields } from './sampling-fields';
import { SandboxNotice, useSandbox } from './sandbox-notice';
import { answers, draftOf, emptySubject } from './subject-draft';
import { SubjectPicker } from './subject-picker';
import { useEvaluate } from './use-evaluate';
import { useSubject } from './use-subject';

/** Puts evaluations of any subject into the queue; opened from wherever one is thought of. */
export function EvaluateDialog(): ReactNode {
  const origin = useEvaluateDialog((state) => state.origin);
  const close = useEvaluateDialog((state) => state.close);
  const [location] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page ends the dialog
  useEffect(() => close(), [location, close]);
  return origin === null ? null : <Evaluating origin={origin} onClose={close} />;
}

function Evaluating({
  origin,
  onClose,
}: {
  readonly origin: EvaluateOrigin;
  readonly onClose: () => void;
}): ReactNode {
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState(() =>
    origin.subject === null ? emptySubject : draftOf(origin.subject),
  );
  const [agent, setAgent] = useState({ on: false, rounds: '', allGates: false });
  const [benchmarks, setBenchmarks] = useState<readonly string[]>(
    origin.benchmark === undefined ? [] : [origin.benchmark],
  );
  const [repeats, setRepeats] = useState('');
  const [sampling, setSampling] = useState<SamplingDraft>({});
  const [finished, setFinished] = useState(false);
  const [unsandboxed, setUnsandboxed] = useState(false);
  const chosen = useSubject(draft);
  const sandbox = useSandbox();
  const possible = answers(draft.kind);
  const loop = { ...agent, on: agent.on && possible };
  const evaluate = useEvaluate((queued) => {
    const [only, ...others] = queued;
    if (only === undefined || others.length > 0) {
      setFinished(true);
      return;
    }
    useNotices.getState().say('The evaluation waits in the queue.');
    onClose();
    navigate(`/evaluations/${only.id}`);
  });
  const done = evaluate.queued.map(({ benchmark }) => benchmark);
  const open = benchmarks.filter((name) => !done.includes(name));
  const missing =
    chosen.subject === null
      ? 'Choose a subject.'
      : open.length === 0
        ? 'Choose a benchmark.'
        : repeatsProblem(repeats) !== null ||
            roundsProblem(loop) !== null ||
            samplingFields.some(({ name }) => samplingProblem(name, sampling[name] ?? '') !== null)
          ? 'A value cannot be used.'
          : sandbox.problem !== null && !unsandboxed
            ? 'No sandbox works here.'
            : null;
  const submit = (): void => {
    if (missing !== null || chosen.subject === null || evaluate.busy) return;
    evaluate.run({
      subject: chosen.subject,
      benchmarks: open,
      repeats: numberOf(repeats.trim()),
      sampling: drawingChoiceOf(sampling),
      rounds: roundsOf(loop),
      allGates: loop.allGates,
      allowUnsandboxed: unsandboxed,
    });
  };
  const title = chosen.title === null ? 'Evaluate' : `Evaluate ${chosen.title}`;
  if (finished) {
    return (
      <ModalDialog
        open
        onClose={onClose}
        title={title}
        description={`${plural(done.length, 'evaluation')} in the queue, one after the other.`}
        footer={
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        }
      >
        <QueuedEvaluations queued={evaluate.queued} />
      </ModalDialog>
    );
  }
  return (
    <ModalDialog
      open
      onClose={onClose}
      title={title}
      description="A subject answers the tasks of a benchmark; every answer is judged by running it."
      wide
      footer={
        <>
          <p className="mr-auto text-ink-faint">{missing}</p>
          <Button onClick={onClose}>{done.length === 0 ? 'Cancel' : 'Close'}</Button>
          <Button look="primary" disabled={missing !== null || evaluate.busy} onClick={submit}>
            {evaluate.busy
              ? 'Queuing'
              : open.length > 1
                ? `Evaluate on ${open.length} benchmarks`
                : 'Evaluate'}
          </Button>
        </>
      }
    >
      <form
        className="space-y-4"
        onChange={evaluate.forget}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="grid items-start gap-x-6 gap-y-4 md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <div className="min-w-0 space-y-4">
            <SubjectPicker draft={draft} chosen={chosen} onChange={setDraft} />
            <AgentFields draft={loop} possible={possible} onChange={setAgent} />
          </div>
          <BenchmarkChoice chosen={benchmarks} queued={done} onChange={setBenchmarks} />
        </div>
        <div className="border-t border-line pt-4">
          <SamplingFields
            repeats={repeats}
            sampling={sampling}
            onRepeats={setRepeats}
            onSampling={setSampling}
          />
        </div>
        <SandboxNotice state={sandbox} allowed={unsandboxed} onAllow={setUnsandboxed} />
        {done.length > 0 && <QueuedEvaluations queued={evaluate.queued} />}
        {evaluate.refused !== null && (
          <div className="space-y-1">
            <p className="label">{evaluate.refused.benchmark}</p>
            <ErrorCard error={evaluate.refused.error} />
          </div>
        )}
        <button type="submit" className="hidden" aria-hidden tabIndex={-1} />
      </form>
    </ModalDialog>
  );
}
