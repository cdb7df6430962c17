import { FlaskConical } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, type ButtonProps } from '../../ui/button';
import { type EvaluateOrigin, useEvaluateDialog } from './evaluate-store';

/** Opens the dialog in which an evaluation is put together. */
export function EvaluateButton({
  origin,
  children = 'Evaluate…',
  ...rest
}: ButtonProps & { readonly origin?: EvaluateOrigin }): ReactNode {
  const open = useEvaluateDialog((state) => state.open);
  return (
    <Button {...rest} onClick={() => open(origin)}>
      <FlaskConical aria-hidden className="size-3.5" /> {children}
    </Button>
  );
}
