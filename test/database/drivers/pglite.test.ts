import { describeDriverContract } from "./contract.ts";

describeDriverContract("pglite");
