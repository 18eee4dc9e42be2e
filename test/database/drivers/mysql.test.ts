import { describeDriverContract } from "./contract.ts";

describeDriverContract("mysql");
