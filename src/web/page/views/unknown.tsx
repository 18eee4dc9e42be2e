/**
 * What stands at an address that there is not.
 *
 * @module
 */
import type { JSX } from "preact";
import { texts } from "../language.ts";
import { View } from "../parts/view.tsx";

export function UnknownView(): JSX.Element {
  return (
    <View title={texts.shell.unknownTitle} lead={texts.shell.unknownText}>
      <p>
        <a href="/">{texts.shell.goHome}</a>
      </p>
    </View>
  );
}
