import { assertNever } from '@shared/assert-never';
import type { EnvironmentName } from '@shared/environment-name';
import type { PresetCard, PresetNeed } from '@shared/preset';
import { Download, FileText } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button';
import { isOpen } from '../../ui/job-state';
import { JobFailed, JobProgress } from '../jobs/job-progress';
import { useDownloadJob, useInstallJob } from '../jobs/use-jobs';
import { useOffers } from '../offers/offer-store';
import { needText } from './needs';

type Offer = NonNullable<PresetNeed['offer']>;

/** Everything that a preset lacks, each with the way to get it or how far getting it is. */
export function Needs({ card }: { readonly card: PresetCard }): ReactNode {
  return (
    <ul aria-label="What is missing" className="min-w-0 flex-1 space-y-2 text-xs">
      {card.needs.map((need) => (
        <li key={need.text}>
          <NeedView need={need} card={card} />
        </li>
      ))}
    </ul>
  );
}

function NeedView({
  need,
  card,
}: {
  readonly need: PresetNeed;
  readonly card: PresetCard;
}): ReactNode {
  const { offer } = need;
  const text = (
    <p title={needText(need)} className="mb-1 line-clamp-2 break-words text-warning">
      {needText(need)}
    </p>
  );
  if (offer === null) return text;
  return <OfferAction offer={offer} card={card} text={text} />;
}

function OfferAction({
  offer,
  card,
  text,
}: {
  readonly offer: Offer;
  readonly card: PresetCard;
  readonly text: ReactNode;
}): ReactNode {
  const open = useOffers((state) => state.open);
  const { title, name } = card.preset;
  switch (offer.kind) {
    case 'download':
      return <GetModel source={offer.source} title={title} text={text} />;
    case 'install':
      return <InstallEnvironment name={offer.environment} title={title} text={text} />;
    case 'choose-corpus':
      return (
        <>
          {text}
          <Button
            className="w-full"
            aria-label={`Choose corpus for ${title}`}
            onClick={() => open({ kind: 'corpus', preset: name })}
          >
            <FileText aria-hidden className="size-3.5" /> Choose corpus
          </Button>
        </>
      );
    default:
      return assertNever(offer);
  }
}

function GetModel({
  source,
  title,
  text,
}: {
  readonly source: string;
  readonly title: string;
  /** What is missing; a job that brings it takes its place. */
  readonly text: ReactNode;
}): ReactNode {
  const open = useOffers((state) => state.open);
  const job = useDownloadJob(source);
  if (job !== undefined && isOpen(job.state)) return <JobProgress job={job} />;
  if (job?.state === 'failed') return <JobFailed job={job} />;
  return (
    <>
      {text}
      <Button
        className="w-full"
        aria-label={`Get model for ${title}`}
        onClick={() => open({ kind: 'model', source })}
      >
        <Download aria-hidden className="size-3.5" /> Get model
      </Button>
    </>
  );
}

function InstallEnvironment({
  name,
  title,
  text,
}: {
  readonly name: EnvironmentName;
  readonly title: string;
  /** What is missing; a job that brings it takes its place. */
  readonly text: ReactNode;
}): ReactNode {
  const open = useOffers((state) => state.open);
  const job = useInstallJob(name);
  if (job !== undefined && isOpen(job.state)) return <JobProgress job={job} />;
  if (job?.state === 'failed') return <JobFailed job={job} />;
  return (
    <>
      {text}
      <Button
        className="w-full"
        aria-label={`Install ${name} for ${title}`}
        onClick={() => open({ kind: 'install', environment: name, repair: false })}
      >
        <Download aria-hidden className="size-3.5" /> Install
      </Button>
    </>
  );
}
