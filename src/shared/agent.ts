/** Files of an evaluation whose subject answers in rounds. All append-only, one JSON object a line. */
import { z } from 'zod';
import { generationSchema } from './judgement';

/** One line of `asks-<round>.jsonl`, written whole by the lab; a file without lines ends the rounds. */
export const agentAskSchema = z.object({
  taskId: z.string(),
  sample: z.int().min(0),
  prompt: z
    .string()
    .describe('the task, and from round 2 on the program and what is wrong with it'),
});
export type AgentAsk = Readonly<z.infer<typeof agentAskSchema>>;

/** One line of `rounds.jsonl`: an answer. */
export const roundAnswerSchema = generationSchema.extend({ round: z.int().min(1) });
export type RoundAnswer = Readonly<z.infer<typeof roundAnswerSchema>>;

/** One line of `checks.jsonl`: what may be told of an answer, and what is kept from the model. */
export const roundCheckSchema = z.object({
  taskId: z.string(),
  sample: z.int().min(0),
  round: z.int().min(1),
  clean: z.boolean(),
  problems: z.array(z.object({ stage: z.string(), message: z.string() })),
  ours: z.boolean().describe('it could not be checked, or no answer came: no fault of the model'),
});
export type RoundCheck = Readonly<z.infer<typeof roundCheckSchema>>;
