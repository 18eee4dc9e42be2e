import { describeDriverContract } from "./contract.ts";

describeDriverContract("sqlite");
