/** Runs an action of the lab, says when it is done, and shows the error when it is not. */
import { useMutation } from '@tanstack/react-query';
import { useNotices } from './notices';

export interface Command<Input> {
  readonly run: (input: Input) => void;
  readonly busy: boolean;
}

export function useCommand<Input, Output>(
  action: (input: Input) => Promise<Output>,
  options: {
    readonly said?: (output: Output, input: Input) => string;
    readonly after?: (output: Output, input: Input) => void;
  } = {},
): Command<Input> {
  const { mutate, isPending } = useMutation({
    mutationFn: action,
    onSuccess: (output, input) => {
      if (options.said !== undefined) useNotices.getState().say(options.said(output, input));
      options.after?.(output, input);
    },
    onError: (error) => useNotices.getState().fail(error),
  });
  return { run: mutate, busy: isPending };
}
