/**
 * CopyButton: puts a text on the clipboard.
 *
 * @module
 */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { texts } from "../language.ts";
import { announce } from "./announcer.tsx";

const shownMs = 2_000;

/** A button that says when it has copied. Browsers give no clipboard to pages over http from other hosts: nothing then. */
export function CopyButton({
  text,
  label,
}: {
  readonly text: string;
  readonly label: string;
}): JSX.Element | null {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  if (!isSecureContext) return null;
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => {
        setCopied(true);
        announce(texts.general.copied);
      },
      () => {
        // The browser said no; the text stands on the page to be marked.
      },
    );
  return (
    <button type="button" class="small" onClick={copy}>
      {isCopied ? texts.general.copied : label}
    </button>
  );
}
