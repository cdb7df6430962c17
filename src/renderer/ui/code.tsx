import { type ReactNode, useEffect, useState } from 'react';
import { classNames } from './class-names';
import type { CodeToken } from './highlight';

/** Highlighted code; plain until the highlighter is loaded, and for languages it does not know. */
export function Code({
  text,
  language,
  className,
}: {
  readonly text: string;
  readonly language: string;
  readonly className?: string;
}): ReactNode {
  const [tokens, setTokens] = useState<readonly (readonly CodeToken[])[] | null>(null);
  useEffect(() => {
    let stale = false;
    void import('./highlight').then(async ({ highlight }) => {
      const lines = await highlight(text, language);
      if (!stale) setTokens(lines);
    });
    return () => {
      stale = true;
    };
  }, [text, language]);
  return (
    <pre
      className={classNames(
        'overflow-auto rounded-md border border-line bg-sunken p-3 font-mono text-xs leading-5',
        className,
      )}
    >
      <code>
        {tokens === null
          ? text
          : tokens.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines are their position
              <span key={index}>
                {line.map((token, at) => (
                  <span
                    // biome-ignore lint/suspicious/noArrayIndexKey: tokens are their position
                    key={at}
                    style={token.colour === null ? undefined : { color: token.colour }}
                  >
                    {token.text}
                  </span>
                ))}
                {'\n'}
              </span>
            ))}
      </code>
    </pre>
  );
}
