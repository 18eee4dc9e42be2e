/** Copies the shipped knowledge base, its versions and configuration; the result is the path of the live file. */
export function copyShippedStore(folder: string): string;
