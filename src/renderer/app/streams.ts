/** Streams that come back: when one ends or breaks, it is opened again until the caller aborts. */
import { useEffect, useRef } from 'react';
import { toLabErrorValue } from '../ui/error-value';

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}

/** Calls `onValue` for every value, until `signal` is aborted or the lab says there is no such thing. */
export async function keepStreaming<Value>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<Value>>,
  onValue: (value: Value) => void,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const value of await open(signal)) {
        if (signal.aborted) return;
        failures = 0;
        onValue(value);
      }
    } catch (error) {
      if (signal.aborted || toLabErrorValue(error).code === 'not_found') return;
      failures += 1;
    }
    await pause(Math.min(4000, 500 * 2 ** Math.min(failures, 3)), signal);
  }
}

/** Keeps a stream open while the component is mounted; `name` changes when another one is meant. */
export function useStream<Value>(
  name: string,
  open: (signal: AbortSignal) => Promise<AsyncIterable<Value>>,
  onValue: (value: Value) => void,
): void {
  const latest = useRef({ open, onValue });
  useEffect(() => {
    latest.current = { open, onValue };
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name stands for the stream
  useEffect(() => {
    const controller = new AbortController();
    void keepStreaming(
      (signal) => latest.current.open(signal),
      (value) => latest.current.onValue(value),
      controller.signal,
    );
    return () => controller.abort();
  }, [name]);
}
