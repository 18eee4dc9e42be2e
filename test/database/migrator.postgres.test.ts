import { describeMigrator } from "./migrator.contract.ts";

describeMigrator("postgres");
