/**
 * Colours code with shiki's JavaScript regular-expression engine: no WebAssembly, so that the content
 * security policy needs no exception. Colours are the page's own variables.
 */

import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';

export interface CodeToken {
  readonly text: string;
  readonly colour: string | null;
}

/** Grammars by the toolchain's name; each is read when code in it is first shown. */
const grammars = {
  javascript: () => import('shiki/langs/javascript.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  go: () => import('shiki/langs/go.mjs'),
} as const;
type Language = keyof typeof grammars;

function isKnown(language: string): language is Language {
  return Object.hasOwn(grammars, language);
}

let starting: Promise<HighlighterCore> | undefined;
const loading = new Map<Language, Promise<void>>();

async function highlighter(language: Language): Promise<HighlighterCore> {
  starting ??= createHighlighterCore({
    themes: [createCssVariablesTheme({ name: 'page', variablePrefix: '--code-token-' })],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  const core = await starting;
  const loaded = loading.get(language) ?? core.loadLanguage(grammars[language]());
  loading.set(language, loaded);
  await loaded;
  return core;
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
  if (!isKnown(language)) {
    return text.split('\n').map((line) => [{ text: line, colour: null }]);
  }
  const core = await highlighter(language);
  const { tokens } = core.codeToTokens(text, { lang: language, theme: 'page' });
  return tokens.map((line) =>
    line.map(({ content, color }) => ({ text: content, colour: pageColour(color) })),
  );
}
