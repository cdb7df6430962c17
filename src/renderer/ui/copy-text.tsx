import { Check, Copy } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { IconButton } from './button';

/** A line to copy: a path or a command. */
export function CopyText({ text }: { readonly text: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-md bg-sunken py-0.5 pr-0.5 pl-2">
      <code className="min-w-0 truncate font-mono text-xs" title={text}>
        {text}
      </code>
      <IconButton
        name={copied ? 'Copied' : 'Copy'}
        size="small"
        onClick={() => {
          void navigator.clipboard.writeText(text).then(() => {
            setCopied(true);
            setTimeout(() => setCopied(false), 1500);
          });
        }}
      >
        {copied ? (
          <Check aria-hidden className="size-3.5 text-passed" />
        ) : (
          <Copy aria-hidden className="size-3.5" />
        )}
      </IconButton>
    </span>
  );
}
