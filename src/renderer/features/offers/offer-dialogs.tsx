import { assertNever } from '@shared/assert-never';
import { type ReactNode, useEffect } from 'react';
import { useLocation } from 'wouter';
import { ChooseCorpusDialog } from './choose-corpus-dialog';
import { GetModelDialog } from './get-model-dialog';
import { InstallDialog } from './install-dialog';
import { useOffers } from './offer-store';

/** The dialog that is open, if one is. */
export function OfferDialogs(): ReactNode {
  const offer = useOffers((state) => state.offer);
  const close = useOffers((state) => state.close);
  const [location] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page ends the dialog
  useEffect(() => close(), [location, close]);
  if (offer === null) return null;
  switch (offer.kind) {
    case 'model':
      return <GetModelDialog source={offer.source} onClose={close} />;
    case 'install':
      return <InstallDialog name={offer.environment} repair={offer.repair} onClose={close} />;
    case 'corpus':
      return <ChooseCorpusDialog preset={offer.preset} onClose={close} />;
    default:
      return assertNever(offer);
  }
}
