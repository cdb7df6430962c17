import { Component, type ReactNode } from 'react';
import { Button } from '../ui/button';
import { ErrorCard } from '../ui/error-card';

/** Keeps a page that broke from taking the window with it. */
export class ErrorBoundary extends Component<
  { readonly children: ReactNode },
  { readonly error: unknown }
> {
  override state: { readonly error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    const message =
      this.state.error instanceof Error ? this.state.error.message : String(this.state.error);
    return (
      <div className="p-6">
        <ErrorCard
          error={{
            data: {
              code: 'failed',
              what: 'This page could not be drawn.',
              why: message,
              fix: 'Nothing in the lab is affected. Draw it again, or go to another page.',
              details: [],
            },
          }}
          actions={<Button onClick={() => this.setState({ error: null })}>Draw it again</Button>}
        />
      </div>
    );
  }
}
