/** The schemas that the Python worker shares; `npm run schemas` generates its models from these. */
import type { z } from 'zod';
import { agentAskSchema, roundAnswerSchema } from './agent';
import { taskSchema } from './benchmark';
import { corpusReportSchema } from './corpus';
import { downloadSpecSchema } from './download';
import { evaluationSpecSchema } from './evaluation';
import { eventSchema } from './events';
import { exportManifestSchema, exportSpecSchema } from './export';
import {
  checkpointManifestSchema,
  controlSchema,
  environmentSchema,
  exitReportSchema,
} from './job-files';
import { generationSchema } from './judgement';
import { rehearsalResultSchema, rehearseSpecSchema } from './rehearsal';
import { runSpecSchema } from './run-spec';
import { smokeLineSchema, smokeSpecSchema } from './smoke';

export const jsonSchemas: Readonly<Record<string, z.ZodType>> = {
  Event: eventSchema,
  RunSpec: runSpecSchema,
  RehearseSpec: rehearseSpecSchema,
  RehearsalResult: rehearsalResultSchema,
  DownloadSpec: downloadSpecSchema,
  EvaluationSpec: evaluationSpecSchema,
  AgentAsk: agentAskSchema,
  RoundAnswer: roundAnswerSchema,
  SmokeSpec: smokeSpecSchema,
  SmokeLine: smokeLineSchema,
  Task: taskSchema,
  Generation: generationSchema,
  CorpusReport: corpusReportSchema,
  Control: controlSchema,
  ExitReport: exitReportSchema,
  CheckpointManifest: checkpointManifestSchema,
  EnvironmentReport: environmentSchema,
  ExportSpec: exportSpecSchema,
  ExportManifest: exportManifestSchema,
};
