/**
 * Banners: what concerns every view, above it.
 *
 * @module
 */
import type { JSX } from "preact";
import { texts } from "../language.ts";
import { useServerEvents } from "../live.ts";
import { useMaintenance } from "../maintenance.ts";
import { Notice } from "./notice.tsx";
import { Age } from "./time.tsx";

/** Says when maintenance mode is on; and, over the page so that nothing moves, when the server is gone or was started again. */
export function Banners(): JSX.Element {
  const { connection, restarted } = useServerEvents();
  const maintenance = useMaintenance();
  return (
    <>
      <div class="banners">
        {maintenance !== null && (
          <Notice kind="warning">
            {texts.shell.maintenance}
            {(maintenance.by !== undefined || maintenance.reason) && (
              <span class="quiet">
                {" "}
                {maintenance.by}
                {maintenance.since !== undefined && (
                  <>
                    , <Age iso={maintenance.since} />
                  </>
                )}
                {maintenance.reason && <>: {maintenance.reason}</>}
              </span>
            )}
          </Notice>
        )}
      </div>
      <div class="banners banners-over">
        {connection === "lost" && (
          <Notice kind="error" announced>
            {texts.shell.lost}
          </Notice>
        )}
        {connection !== "lost" && restarted && (
          <Notice kind="warning" announced>
            {texts.shell.restarted}{" "}
            <button type="button" onClick={() => location.reload()}>
              {texts.shell.reload}
            </button>
          </Notice>
        )}
      </div>
    </>
  );
}
