import type { BaseModel } from '@shared/base-model';
import { useQuery } from '@tanstack/react-query';
import { Download, FolderPlus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { ErrorCard } from '../../ui/error-card';
import { count, parameters, plain, storage } from '../../ui/format';
import { isOpen } from '../../ui/job-state';
import { Panel } from '../../ui/panel';
import { useCommand } from '../../ui/use-command';
import { Empty, Waiting } from '../../ui/waiting';
import { JobFailed, JobProgress } from '../jobs/job-progress';
import { useDownloadJob } from '../jobs/use-jobs';
import { useOffers } from '../offers/offer-store';
import { AddFolderDialog } from './add-folder-dialog';
import { modelLooks } from './state-looks';

/** The library of base models: what is here, what presets name, what can be brought. */
export function ModelsPanel(): ReactNode {
  const { query } = useLab();
  const models = useQuery(query.models.list.queryOptions());
  const open = useOffers((state) => state.open);
  const [adding, setAdding] = useState(false);
  return (
    <Panel
      title="Base models"
      bodyClassName="py-1"
      actions={
        <>
          <Button size="small" look="ghost" onClick={() => setAdding(true)}>
            <FolderPlus aria-hidden className="size-3.5" /> Add a folder
          </Button>
          <Button size="small" look="ghost" onClick={() => open({ kind: 'model', source: null })}>
            <Download aria-hidden className="size-3.5" /> Get a model
          </Button>
        </>
      }
    >
      {models.isError ? (
        <ErrorCard error={models.error} />
      ) : models.data === undefined ? (
        <Waiting words="Reading the model library" />
      ) : models.data.length === 0 ? (
        <Empty title="No model yet.">Get one from the hub, or add a folder.</Empty>
      ) : (
        <ul aria-label="Base models" className="divide-y divide-line">
          {models.data.map((model) => (
            <ModelRow key={model.source} model={model} />
          ))}
        </ul>
      )}
      {adding && <AddFolderDialog onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function facts(model: BaseModel): string {
  return [
    model.kind === 'shipped' ? 'ships with the lab' : model.kind === 'hub' ? null : 'folder',
    model.architecture,
    model.parameters === null ? null : `${plain(parameters(model.parameters))} parameters`,
    model.contextLength === null ? null : `${plain(count(model.contextLength))} tokens of context`,
    model.revision === null ? null : `revision ${model.revision.slice(0, 8)}`,
    model.usedBy.length === 0 ? null : `used by ${model.usedBy.join(', ')}`,
  ]
    .filter((part) => part !== null)
    .join(' · ');
}

function ModelRow({ model }: { readonly model: BaseModel }): ReactNode {
  const { client, query, queryClient } = useLab();
  const open = useOffers((state) => state.open);
  const job = useDownloadJob(model.source);
  const going = job !== undefined && isOpen(job.state);
  const forget = useCommand(() => client.models.forget({ source: model.source }), {
    said: () => `${model.source} is out of the library; its files stay.`,
    after: () => void queryClient.invalidateQueries({ queryKey: query.models.key() }),
  });
  const { word, tone } = modelLooks[model.state];
  const wanted = model.kind === 'hub' && model.state !== 'ready';
  return (
    <li className="space-y-1 px-4 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 font-medium break-all">{model.source}</span>
        <span className={`rounded-full px-2 text-2xs font-semibold ${tone}`}>{word}</span>
        <span className="ml-auto text-xs text-ink-faint">
          {model.weightBytes === null ? '' : plain(storage(model.weightBytes))}
        </span>
      </div>
      <p className="text-xs text-ink-faint">{facts(model)}</p>
      {model.problem !== null && (
        <p className="text-xs text-ink-soft">
          {model.problem} {model.fix}
        </p>
      )}
      {going && <JobProgress job={job} />}
      {!going && wanted && job?.state === 'failed' && <JobFailed job={job} />}
      {!going && (wanted || model.kind === 'folder') && (
        <div className="flex gap-2 pt-1">
          {wanted && job?.state !== 'failed' && (
            <Button
              size="small"
              aria-label={`Get ${model.source}`}
              onClick={() => open({ kind: 'model', source: model.source })}
            >
              {model.state === 'partial' ? 'Go on with the download…' : 'Get…'}
            </Button>
          )}
          {model.kind === 'folder' && (
            <Button
              size="small"
              disabled={forget.busy}
              aria-label={`Forget ${model.source}`}
              title="Its files stay."
              onClick={() => forget.run(undefined)}
            >
              Forget
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
