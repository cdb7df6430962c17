/**
 * Colours code with shiki's JavaScript regular-expression engine: no WebAssembly, so that the content
 * security policy needs no exception. Colours are the page's own variables.
 */

import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';
import javascript from 'shiki/langs/javascript.mjs';

export interface CodeToken {
  readonly text: string;
  readonly colour: string | null;
}

let loading: Promise<HighlighterCore> | undefined;

function highlighter(): Promise<HighlighterCore> {
  loading ??= createHighlighterCore({
    themes: [createCssVariablesTheme({ name: 'page', variablePrefix: '--code-token-' })],
    langs: [javascript],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  return loading;
}

const colours: readonly (readonly [part: string, colour: string])[] = [
  ['keyword', 'var(--code-keyword)'],
  ['string', 'var(--code-string)'],
  ['constant', 'var(--code-number)'],
  ['comment', 'var(--code-comment)'],
  ['function', 'var(--code-function)'],
];

function pageColour(colour: string | undefined): string | null {
  const found = colours.find(([part]) => colour?.includes(part));
  return found === undefined ? null : found[1];
}

/** Lines of coloured pieces. Unknown languages come back without colours. */
export async function highlight(
  text: string,
  language: string,
): Promise<readonly (readonly CodeToken[])[]> {
  if (language !== 'javascript') {
    return text.split('\n').map((line) => [{ text: line, colour: null }]);
  }
  const { tokens } = (await highlighter()).codeToTokens(text, { lang: language, theme: 'page' });
  return tokens.map((line) =>
    line.map(({ content, color }) => ({ text: content, colour: pageColour(color) })),
  );
}
