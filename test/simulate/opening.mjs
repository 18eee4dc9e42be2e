/**
 * What does it cost to open a store of many versions: what the place is asked, and how long this machine works?
 *
 * @module
 */
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { openCatalog, saveCatalog } from "../../dist/knowledge-base/catalog.js";
import { markerName } from "../../dist/knowledge-base/store.js";
import { makePlace } from "./commands.mjs";
import { Connection, manners, requestsOf } from "./place.mjs";
import { count, printTable, quantile, size, time } from "./tables.mjs";
import { realTime } from "./virtual-time.mjs";

const openings = 5;

/** A place with a folder of this machine for the catalog, and no cache of blobs. */
class WithFolder extends Connection {
  isFolder = false;

  /** @param {ConstructorParameters<typeof Connection>} args @param {string} folder */
  constructor(args, folder) {
    super(...args);
    this.folder = /** @type {any} */ (folder);
  }
}

/** @param {{folder: string, clock: import("./virtual-time.mjs").VirtualClock, histories: readonly number[]}} world */
export async function openingQuestion({ folder, clock, histories }) {
  const rows = [];
  for (const versions of histories) {
    let place = await makePlace(versions, { packs: 1 });
    const cache = join(folder, "opening");
    const connect = () => new WithFolder([place, manners.s3, clock], cache);
    const open = async () => {
      const connection = connect();
      const [virtual, real] = [clock.now, realTime()];
      const catalog = await clock.run(openCatalog(/** @type {any} */ (connection)));
      const [newest] = catalog.lookup.newestFirst();
      if (newest?.sequence !== versions) throw new Error("the newest version is missing");
      const savingFrom = realTime();
      await saveCatalog(/** @type {any} */ (connect()), catalog);
      return {
        counts: connection.counts,
        waitMs: clock.now - virtual,
        workMs: savingFrom - real,
        savingMs: realTime() - savingFrom,
      };
    };
    await mkdir(cache, { recursive: true });
    const cold = await open();
    // Without the blobs that nobody asks for any more: a machine has not the memory of the place.
    place = place.only("turns/", markerName);
    const warm = [];
    for (let opening = 0; opening < openings; opening++) warm.push(await open());
    const first = warm[0];
    if (first === undefined) throw new Error("nothing was opened");
    rows.push([
      count(versions),
      count(requestsOf(cold.counts)),
      size(cold.counts.bytesIn),
      time(cold.waitMs),
      count(requestsOf(first.counts)),
      size(first.counts.bytesIn),
      time(
        quantile(
          warm.map(({ workMs }) => workMs),
          0.5,
        ),
      ),
      size((await stat(join(cache, "catalog.json"))).size),
      size(await bytesIn(join(cache, ".cache", "catalog"))),
      time(
        quantile(
          warm.map(({ savingMs }) => savingMs),
          0.5,
        ),
      ),
    ]);
    await rm(cache, { recursive: true });
  }
  console.log(
    "Opening a store; requests and bytes are counted, waiting is at 30 ms a request, work is real time on this machine\n",
  );
  printTable(
    [
      "versions",
      "requests, cold",
      "read, cold",
      "wait, cold",
      "requests, warm",
      "read, warm",
      "work, warm",
      "`catalog.json`, written by each commit",
      "pages, written once",
      "writing",
    ],
    rows,
  );
}

/** @param {string} folder */
async function bytesIn(folder) {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name))));
  return sizes.reduce((sum, one) => sum + one.size, 0);
}
