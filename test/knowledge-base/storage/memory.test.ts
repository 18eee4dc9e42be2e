import { MemoryStorage } from "../../../src/knowledge-base/storage/memory.ts";
import { describeStorage } from "./contract.ts";

describeStorage("memory", () => new MemoryStorage());
