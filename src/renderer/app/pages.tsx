import { lazy, type ReactNode, Suspense } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { comparisonPlace, decodeSegment } from '../features/compare/comparison-path';
import { LabPage } from '../features/lab/lab-page';
import { Empty, Waiting } from '../ui/waiting';
import { ErrorBoundary } from './error-boundary';

const RunPage = lazy(() =>
  import('../features/run/run-page').then((module) => ({ default: module.RunPage })),
);
const RunsPage = lazy(() =>
  import('../features/runs/runs-page').then((module) => ({ default: module.RunsPage })),
);
const ComparePage = lazy(() =>
  import('../features/runs/compare-page').then((module) => ({ default: module.ComparePage })),
);
const ComparisonPage = lazy(() =>
  import('../features/compare/comparison-page').then((module) => ({
    default: module.ComparisonPage,
  })),
);
const EvaluationPage = lazy(() =>
  import('../features/evaluation/evaluation-page').then((module) => ({
    default: module.EvaluationPage,
  })),
);
const LeaderboardPage = lazy(() =>
  import('../features/leaderboard/leaderboard-page').then((module) => ({
    default: module.LeaderboardPage,
  })),
);
const EditorPage = lazy(() =>
  import('../features/editor/editor-page').then((module) => ({ default: module.EditorPage })),
);
const NewPresetPage = lazy(() =>
  import('../features/editor/editor-page').then((module) => ({ default: module.NewPresetPage })),
);
const JobPage = lazy(() =>
  import('../features/jobs/job-page').then((module) => ({ default: module.JobPage })),
);
const SmokePage = lazy(() =>
  import('../features/smoke/smoke-page').then((module) => ({ default: module.SmokePage })),
);
const NewSmoke = lazy(() =>
  import('../features/smoke/smoke-page').then((module) => ({ default: module.NewSmoke })),
);
const SettingsPage = lazy(() =>
  import('../features/settings/settings-page').then((module) => ({
    default: module.SettingsPage,
  })),
);

export function Pages(): ReactNode {
  const [location] = useLocation();
  return (
    <ErrorBoundary key={location.split('/')[1] ?? ''}>
      <Suspense fallback={<Waiting words="Opening the page" />}>
        <Switch>
          <Route path="/">
            <LabPage />
          </Route>
          <Route path="/runs">
            <RunsPage />
          </Route>
          <Route path="/runs/:id">{({ id }) => <RunPage key={id} id={id} />}</Route>
          <Route path="/compare/evaluations/:ids/:task?">
            {({ ids, task }) => <ComparisonPage {...comparisonPlace(ids, task)} />}
          </Route>
          <Route path="/compare/evaluations-anyway/:ids/:task?">
            {({ ids, task }) => <ComparisonPage {...comparisonPlace(ids, task)} forced />}
          </Route>
          <Route path="/compare/evaluations">
            <ComparisonPage ids={[]} />
          </Route>
          <Route path="/compare/:ids">{({ ids }) => <ComparePage ids={ids.split(',')} />}</Route>
          <Route path="/evaluations/:id/:task?">
            {({ id, task }) => <EvaluationPage key={id} id={id} taskId={task ?? null} />}
          </Route>
          <Route path="/evaluations">
            <LeaderboardPage benchmark={null} />
          </Route>
          <Route path="/leaderboard/:benchmark?">
            {({ benchmark }) => (
              <LeaderboardPage
                benchmark={benchmark === undefined ? null : decodeSegment(benchmark)}
              />
            )}
          </Route>
          <Route path="/presets/new">
            <NewPresetPage />
          </Route>
          <Route path="/presets/:name">
            {({ name }) => <EditorPage key={name} name={decodeURIComponent(name)} />}
          </Route>
          <Route path="/jobs/:id">{({ id }) => <JobPage key={id} id={id} />}</Route>
          <Route path="/smoke/of/:subject">
            {({ subject }) => <NewSmoke subject={decodeURIComponent(subject)} />}
          </Route>
          <Route path="/smoke/:id">{({ id }) => <SmokePage key={id} id={id} />}</Route>
          <Route path="/smoke">
            <NewSmoke />
          </Route>
          <Route path="/settings">
            <SettingsPage />
          </Route>
          <Route>
            <Empty
              title="There is no such page."
              action={
                <Link href="/" className="text-accent underline">
                  Go to the lab
                </Link>
              }
            />
          </Route>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  );
}
