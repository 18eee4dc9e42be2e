/**
 * Packages that talk to databases: imported when first needed, and named when they are missing.
 *
 * @module
 */
import { KbvaultError } from "./errors.ts";

/**
 * Imports a client package.
 *
 * @throws KbvaultError DATABASE_CLIENT_MISSING (`data.package`) when it is not installed
 */
export async function importClient<Client>(name: string, load: () => Promise<Client>): Promise<Client> {
  try {
    return await load();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new KbvaultError(
      "DATABASE_CLIENT_MISSING",
      `This kind of place needs the package ${name}, which is not installed. Nothing was changed. Install it with \`npm install ${name}\`.`,
      { package: name },
      { cause: error },
    );
  }
}
