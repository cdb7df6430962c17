/** The schemas that the Python worker shares; `npm run schemas` generates its models from these. */
import type { z } from 'zod';
import { taskSchema } from './benchmark';
import { corpusReportSchema } from './corpus';
import { evaluationSpecSchema } from './evaluation';
import { eventSchema } from './events';
import {
  checkpointManifestSchema,
  controlSchema,
  environmentSchema,
  exitReportSchema,
} from './job-files';
import { generationSchema } from './judgement';
import { runSpecSchema } from './run-spec';

export const jsonSchemas: Readonly<Record<string, z.ZodType>> = {
  Event: eventSchema,
  RunSpec: runSpecSchema,
  EvaluationSpec: evaluationSpecSchema,
  Task: taskSchema,
  Generation: generationSchema,
  CorpusReport: corpusReportSchema,
  Control: controlSchema,
  ExitReport: exitReportSchema,
  CheckpointManifest: checkpointManifestSchema,
  EnvironmentReport: environmentSchema,
};
