import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, IconButton } from './button';
import { classNames } from './class-names';

export const backdropClasses =
  'fixed inset-0 bg-black/35 transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0';
export const popupClasses =
  'rounded-lg border border-line bg-raised text-ink shadow-float transition-[opacity,scale] duration-100 data-ending-style:opacity-0 data-starting-style:scale-[0.985] data-starting-style:opacity-0';

/** A modal dialog with a title, a scrolling body and a row of actions. */
export function ModalDialog({
  open,
  onClose,
  title,
  description,
  children,
  footer,
  wide = false,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly wide?: boolean;
}): ReactNode {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClasses} />
        <Dialog.Viewport className="fixed inset-0 flex items-center justify-center p-4">
          <Dialog.Popup
            className={classNames(
              popupClasses,
              'flex max-h-full w-full flex-col',
              wide ? 'max-w-[56rem]' : 'max-w-[34rem]',
            )}
          >
            <header className="flex items-start gap-4 border-b border-line py-3 pr-3 pl-5">
              <div className="min-w-0 flex-1 py-1">
                <Dialog.Title className="text-lg font-semibold">{title}</Dialog.Title>
                {description !== undefined && (
                  <Dialog.Description className="text-ink-faint">{description}</Dialog.Description>
                )}
              </div>
              <Dialog.Close render={<IconButton name="Close" />}>
                <X aria-hidden className="size-4" />
              </Dialog.Close>
            </header>
            <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
            {footer !== undefined && (
              <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
                {footer}
              </footer>
            )}
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Asks before something that is hard to take back. */
export function ConfirmDialog({
  open,
  onClose,
  onConfirm,
  title,
  children,
  confirm,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
}): ReactNode {
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={backdropClasses} />
        <AlertDialog.Viewport className="fixed inset-0 flex items-center justify-center p-4">
          <AlertDialog.Popup className={classNames(popupClasses, 'w-full max-w-[28rem] p-5')}>
            <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
            <AlertDialog.Description render={<div />} className="mt-2 space-y-2 text-ink-soft">
              {children}
            </AlertDialog.Description>
            <div className="mt-5 flex justify-end gap-2">
              <AlertDialog.Close render={<Button />}>Keep it</AlertDialog.Close>
              <Button
                look="danger"
                onClick={() => {
                  onConfirm();
                  onClose();
                }}
              >
                {confirm}
              </Button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Viewport>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
