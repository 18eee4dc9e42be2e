/**
 * Starts the page.
 *
 * @module
 */
// First of all, so that the styles of views, which come with them, stand behind these.
import "./style/tokens.css";
import "./style/base.css";
import "./style/controls.css";
import "./style/shell.css";
import "./style/parts.css";

import { render } from "preact";
import { App } from "./app.tsx";
import { takeToken } from "./client.ts";
import { texts } from "./language.ts";
import { followLinks } from "./route.ts";

takeToken();
// The address that `kbvault serve` printed, pasted where the page is open already, loads nothing by itself.
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#token=")) location.reload();
});
document.documentElement.lang = texts.language;
const root = document.getElementById("page");
if (root !== null) {
  followLinks(root);
  render(<App />, root);
}
