/**
 * SignIn: asks for the token, where reading needs it.
 *
 * @module
 */
import type { JSX } from "preact";
import { hasToken, keepToken } from "../client.ts";
import { texts } from "../language.ts";
import { Notice } from "./notice.tsx";

/** A form for the token; the page is loaded again with it. */
export function SignIn({ knowledgeBase }: { readonly knowledgeBase: string }): JSX.Element {
  return (
    <main id="main" class="view view-narrow">
      <h1>{texts.shell.lockedTitle}</h1>
      <p class="lead">{knowledgeBase}</p>
      <p>{texts.shell.lockedText}</p>
      {hasToken() && <Notice kind="error">{texts.shell.wrongToken}</Notice>}
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          const token = new FormData(event.currentTarget).get("token");
          if (typeof token !== "string" || token.trim() === "") return;
          keepToken(token.trim());
          location.reload();
        }}
      >
        <label class="field">
          {texts.shell.token}
          <input type="password" name="token" required autocomplete="off" />
        </label>
        <button type="submit" class="primary">
          {texts.shell.unlock}
        </button>
      </form>
    </main>
  );
}
