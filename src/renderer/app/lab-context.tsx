/** Gives every component the client, its query options and the state of the connection. */
import { createTanstackQueryUtils, type RouterUtils } from '@orpc/tanstack-query';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext } from 'react';
import { toLabErrorValue } from '../ui/error-value';
import type { Connection, LabClient } from './connection';

export interface Lab {
  readonly connection: Connection;
  readonly client: LabClient;
  readonly query: RouterUtils<LabClient>;
  readonly queryClient: QueryClient;
}

const LabContext = createContext<Lab | null>(null);

export function createLab(connection: Connection): Lab {
  const queryClient = new QueryClient({
    defaultOptions: {
      queries: {
        // Notices of changes say when something is old; see changes.ts.
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        retry: (count, error) => toLabErrorValue(error).code === 'unavailable' && count < 20,
        retryDelay: 500,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
  const { client } = connection;
  return { connection, client, query: createTanstackQueryUtils(client), queryClient };
}

export function LabProvider({
  lab,
  children,
}: {
  readonly lab: Lab;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <LabContext value={lab}>
      <QueryClientProvider client={lab.queryClient}>{children}</QueryClientProvider>
    </LabContext>
  );
}

export function useLab(): Lab {
  const lab = useContext(LabContext);
  if (lab === null) throw new Error('useLab needs a LabProvider above it.');
  return lab;
}
