/**
 * Modal: a dialog over the page. Escape closes it, and the focus goes back to where it came from.
 *
 * @module
 */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

/** A dialog that is open for as long as it is drawn. */
export function Modal({
  title,
  onClose,
  isBusy = false,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  /** Whether Escape must not close it now. */
  readonly isBusy?: boolean;
  readonly children: ComponentChildren;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // What was done in the dialog may have taken the opener away.
      const isThere = opener instanceof HTMLElement && opener !== document.body && opener.isConnected;
      const target = isThere ? opener : document.querySelector<HTMLElement>("h1");
      target?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="modal"
      aria-labelledby={titleId}
      onClose={onClose}
      onCancel={(event) => isBusy && event.preventDefault()}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}
