import { describeDriverContract } from "./contract.ts";

describeDriverContract("postgres");
