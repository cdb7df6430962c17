import type { Command } from 'commander';

/** Adds the options that say how answers are drawn; `usually` says what holds without them. */
export function addSamplingOptions(command: Command, usually: string): Command {
  return command
    .option('--temperature <number>', `0 takes the most likely token (default: ${usually})`)
    .option('--top-k <number>', 'only the k most likely tokens; 0 is off')
    .option('--top-p <number>', 'only the most likely tokens that make up this share')
    .option('--repetition-penalty <number>', 'above 1: what was said is less likely; 1 is off')
    .option('--repeat-last-n <number>', 'last tokens that it looks at; 0 is the whole context')
    .option('--max-new-tokens <number>', 'longest answer')
    .option('--seed <number>', 'of the sampling');
}
