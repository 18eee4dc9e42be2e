/**
 * StaleNotice: that something has changed since the view was drawn. It lies over the view, so that nothing moves.
 *
 * @module
 */
import type { JSX } from "preact";

/** What has changed, and a button that shows it. */
export function StaleNotice({
  text,
  button,
  onShow,
}: {
  readonly text: string;
  readonly button: string;
  readonly onShow: () => void;
}): JSX.Element {
  return (
    <div class="stale" role="status">
      <span>{text}</span>
      <button type="button" class="small" onClick={onShow}>
        {button}
      </button>
    </div>
  );
}
