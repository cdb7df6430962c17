import { CSPProvider } from '@base-ui/react/csp-provider';
import { type ReactNode, StrictMode } from 'react';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { Notices } from '../ui/notices';
import { type Lab, LabProvider } from './lab-context';
import { Shell } from './shell';

/** The whole window over one connection to a lab. */
export function App({ lab }: { readonly lab: Lab }): ReactNode {
  return (
    <StrictMode>
      <CSPProvider disableStyleElements>
        <LabProvider lab={lab}>
          <Router hook={useHashLocation}>
            <Shell />
          </Router>
          <Notices />
        </LabProvider>
      </CSPProvider>
    </StrictMode>
  );
}
