import { describeMigrator } from "./migrator.contract.ts";

describeMigrator("postgres");
describeMigrator("postgres", "?advisory_locks=off");
