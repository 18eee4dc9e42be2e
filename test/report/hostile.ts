/** Ids, keys and values that want to be more than text. */
const hostileTexts = [
  "</style><script>alert(1)</script>",
  "</pre></details><img src=x onerror=alert(1)>",
  "<!-- ",
  " -->",
  "]]>",
  "<svg/onload=alert(1)>",
  "javascript:alert(1)",
  "[link](javascript:alert(1))",
  "![image](https://evil.example/x.png)",
  "<https://evil.example>",
  "https://evil.example www.evil.example",
  "**bold** _it_ ~~no~~ `code` ``` | a | b |",
  "# heading",
  "- [ ] task",
  "@everyone @team/people",
  "#1 GH-2 owner/repo#3 0123456789abcdef0123456789abcdef01234567",
  "&lt;b&gt; &#60;",
  '"><b>',
  "' onclick='x",
  "\u202eoverride",
  "\u001b[31mred\u001b]8;;https://evil.example\u0007",
  "line\n\n</pre>\n\n# broken out\n\n<b>",
  "$x^2$ $$y$$ :smile:",
];

function entryOf(text: string, more: string): object {
  return {
    title: `${text} ${more}`,
    [text]: more,
    list: [text, more],
    long: `${"words and ".repeat(20)}${text}\n${more}`,
  };
}

/** A knowledge base whose ids, keys and values are hostile. */
export const hostileBefore: object = Object.fromEntries(
  hostileTexts.map((text) => [text, entryOf(text, "before")]),
);

/** The same after each entry was changed, one was removed, and one was added. */
export const hostileAfter: object = Object.fromEntries([
  ...hostileTexts.slice(1).map((text) => [text, entryOf(text, "after it all")]),
  [`new ${hostileTexts[0]}`, {}],
]);
