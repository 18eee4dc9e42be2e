import fc from "fast-check";

/** Pairs of JSON texts that have much in common: few keys, few scalars, elements with and without identity. */
export function similarDocuments(
  keys: readonly string[],
): fc.Arbitrary<readonly [before: string, after: string]> {
  const key = fc.constantFrom(...keys);
  const scalar = fc.constantFrom<unknown>(
    null,
    true,
    0,
    1,
    2,
    -1.5,
    "",
    "one",
    "two words",
    "words two more",
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      scalar,
      fc.array(tie("value"), { maxLength: 6 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4 }),
      fc.array(
        fc.record(
          { id: fc.constantFrom("a", "b", "c", "d", "e"), text: scalar, more: tie("value") },
          { requiredKeys: [] },
        ),
        { maxLength: 6 },
      ),
    ),
  }));
  const text = value.map((one) => JSON.stringify(one));
  return fc.tuple(text, text);
}

/** The same with texts of some kilobytes in place of short ones, so that parts of a document are large. */
export function largeDocuments(
  keys: readonly string[],
): fc.Arbitrary<readonly [before: string, after: string]> {
  const enlarged = (text: string): string =>
    text.replaceAll(/"(one|two words|words two more)"(?!:)/g, (_, word: string) =>
      JSON.stringify(word.repeat(1500)),
    );
  return similarDocuments(keys).map(([before, after]) => [enlarged(before), enlarged(after)]);
}
