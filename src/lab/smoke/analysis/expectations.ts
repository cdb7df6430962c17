/** Whether an answer is as a saved smoke test expects it. */
import { LabError } from '@shared/errors';
import type { MetExpectation, SmokeExpectations, SmokeFindings, ToolCall } from '@shared/smoke';

const rank: Readonly<Record<ToolCall['shape'], number>> = {
  none: 0,
  recoverable: 1,
  'well-formed': 2,
};
const longestText = 100;

/** One entry for each expectation, in the order of the file. */
export function judgeExpectations(
  expect: SmokeExpectations,
  text: string,
  found: SmokeFindings,
): MetExpectation[] {
  const { finishReason, minTokens, maxTokens, toolCall } = expect;
  const tokens = `${found.completionTokens} tokens`;
  const judged: (MetExpectation | null)[] = [
    finishReason === undefined
      ? null
      : said(
          `it ends with "${finishReason}"`,
          found.finishReason,
          found.finishReason === finishReason,
        ),
    minTokens === undefined
      ? null
      : said(`at least ${minTokens} tokens`, tokens, found.completionTokens >= minTokens),
    maxTokens === undefined
      ? null
      : said(`at most ${maxTokens} tokens`, tokens, found.completionTokens <= maxTokens),
    expect.noLeakedTurns ? turnsExpected(found) : null,
    toolCall === undefined ? null : callExpected(toolCall, found.toolCall),
    ...expect.contains.map((part) =>
      said(`it contains ${quoted(part)}`, quoted(text), text.includes(part)),
    ),
    ...expect.matches.map((pattern) =>
      said(`it matches /${pattern}/`, quoted(text), new RegExp(pattern, 'm').test(text)),
    ),
  ];
  return judged.filter((one) => one !== null);
}

/** @throws LabError for a regular expression that is none */
export function requireExpectations({ matches }: SmokeExpectations): void {
  for (const pattern of matches) {
    try {
      new RegExp(pattern, 'm');
    } catch (error) {
      throw new LabError({
        code: 'bad_input',
        what: `"${pattern}" is no regular expression.`,
        why: error instanceof Error ? error.message : String(error),
        fix: 'Correct it, or expect contains=TEXT.',
      });
    }
  }
}

const said = (expectation: string, found: string, met: boolean): MetExpectation => ({
  expectation,
  found,
  met,
});

function turnsExpected({ leakedTurns }: SmokeFindings): MetExpectation {
  const [first] = leakedTurns;
  const found = first === undefined ? 'none' : `"${first.mark}" after ${first.at} characters`;
  return said("no other speaker's turn", found, first === undefined);
}

function callExpected(wanted: ToolCall['shape'], call: ToolCall): MetExpectation {
  const found = call.problem === null ? call.shape : `${call.shape}: ${call.problem}`;
  if (wanted === 'none') return said('no tool call', found, call.shape === 'none');
  return said(`a ${wanted} tool call`, found, rank[call.shape] >= rank[wanted]);
}

function quoted(text: string): string {
  const short = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
  return JSON.stringify(short);
}
