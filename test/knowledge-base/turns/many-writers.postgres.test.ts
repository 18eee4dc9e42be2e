import { describe } from "vitest";
import { lacksServer } from "../../database/engines.ts";
import { useStoreDatabase } from "../storage/postgres-database.ts";
import { describeManyWriters } from "./many-writers.ts";

describe.skipIf(lacksServer("postgres"))("processes that write one store in PostgreSQL at once", () => {
  const database = useStoreDatabase();
  describeManyWriters({ storeUrl: () => database.storeUrl(), processes: 16, environment: {} });
});
