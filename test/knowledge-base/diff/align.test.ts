import { describe, expect, it } from "vitest";
import { compare, compareData, lines } from "./lines.ts";

/** A step as knowledge bases hold them. */
function step(number: number, title: string, description: string): object {
  return {
    step_number: number,
    title,
    description,
    instructions: [`Open ${title}`, "Confirm"],
    warnings: [],
  };
}

const close = ["Close programs", "Close every program that uses the network adapter"] as const;
const router = ["Restart router", "Unplug the router for thirty seconds and plug it in again"] as const;
const cable = [
  "Check cable",
  "Make sure that both ends of the yellow cable click into their sockets",
] as const;
const provider = ["Call provider", "Ask the provider whether your street has an outage tonight"] as const;

describe("an array of scalars", () => {
  it.each<[string, unknown[], unknown[], string[]]>([
    ["an insertion on top", ["b", "c"], ["a", "b", "c"], ['+ /0 "a"']],
    ["an insertion in the middle", ["a", "c"], ["a", "b", "c"], ['+ /1 "b"']],
    ["an insertion at the end", ["a"], ["a", "b"], ['+ /1 "b"']],
    ["a removal on top", ["a", "b", "c"], ["b", "c"], ['- /0 "a"']],
    ["two removals, by their old places", ["a", "b", "c", "d"], ["a", "d"], ['- /1 "b"', '- /2 "c"']],
    [
      "a removal and an addition at one place as a change",
      ["a", "b", "c"],
      ["a", "x", "c"],
      ['~ /1 "b" -> "x"'],
    ],
    ["changes of type", [1, 2, 3], [1, "2", null], ['~ /1 2 -> "2"', "~ /2 3 -> null"]],
    ["a removal and an addition at two places", ["a", "b", "c"], ["b", "c", "d"], ['- /0 "a"', '+ /2 "d"']],
    ["one more of equal elements", [0, 0, 0], [0, 0, 0, 0], ["+ /3 0"]],
    ["one less of equal elements", [0, 0, 0], [0, 0], ["- /2 0"]],
    ["all added", [], [1, 2], ["+ /0 1", "+ /1 2"]],
    ["all removed", [1, 2], [], ["- /0 1", "- /1 2"]],
    ["the first that became the last", ["a", "b", "c", "d"], ["b", "c", "d", "a"], ["> /3 0 -> 3"]],
    ["the last that became the first", ["a", "b", "c", "d"], ["d", "a", "b", "c"], ["> /0 3 -> 0"]],
    [
      "a move across an insertion",
      ["a", "b", "c", "d"],
      ["x", "b", "c", "d", "a"],
      ['+ /0 "x"', "> /4 0 -> 4"],
    ],
    [
      "moves of equal elements",
      ["x", "x", "a", "b", "c"],
      ["a", "b", "c", "x", "x"],
      ["> /3 0 -> 3", "> /4 1 -> 4"],
    ],
  ])("reports %s", (_, before, after, expected) => {
    expect(lines(compareData(before, after))).toEqual(expected);
  });

  it("prefers, of two texts as alike and as near, the first", () => {
    const before = ["Nothing here is alike", "Hold the red button down"];
    const after = ["Hold the blue button down", "Other words instead", "Hold the green button down"];
    expect(lines(compareData(before, after))).toEqual([
      '- /0 "Nothing here is alike"',
      '~ /0 "Hold the red button down" -> "Hold the blue button down"',
      '+ /1 "Other words instead"',
      '+ /2 "Hold the green button down"',
    ]);
  });

  it("finds the text that was edited beside one that was inserted", () => {
    const before = ["Open the settings", "Choose the network", "Restart the computer"];
    const after = [
      "Open the settings",
      "Write the password down",
      "Choose the wireless network",
      "Restart the computer",
    ];
    expect(lines(compareData(before, after))).toEqual([
      '+ /1 "Write the password down"',
      '~ /2 "Choose the network" -> "Choose the wireless network"',
    ]);
  });
});

describe("ids that no double holds", () => {
  it("name elements by their text", () => {
    const before = '[{"id":9007199254740993,"text":"one"},{"id":1.0,"text":"uno"}]';
    const after = '[{"id":1.0,"text":"dos"},{"id":9007199254740993,"text":"two"}]';
    const texts = lines(compare(before, after)).filter((line) => line.startsWith("~"));
    expect(texts).toEqual(['~ /0/text "uno" -> "dos"', '~ /1/text "one" -> "two"']);
  });
});

describe("an array of steps", () => {
  const three = [step(1, ...router), step(2, ...cable), step(3, ...provider)];

  it("that got one on top has one addition, and new numbers behind it", () => {
    const after = [step(1, ...close), step(2, ...router), step(3, ...cable), step(4, ...provider)];
    const changes = compareData({ steps: three }, { steps: after });
    expect(changes[0]).toMatchObject({ path: "/steps/0", kind: "added", after: { title: "Close programs" } });
    expect(lines(changes.slice(1))).toEqual([
      "# /steps/1/step_number 1 -> 2",
      "# /steps/2/step_number 2 -> 3",
      "# /steps/3/step_number 3 -> 4",
    ]);
  });

  it("that read almost alike are told apart by every word", () => {
    const alike = (number: number, name: string): object =>
      step(number, `Step ${name}`, "Press the button and wait");
    const before = ["one", "two", "three", "four"].map((name, index) => alike(index + 1, name));
    const after = ["zero", "one", "two", "three", "four"].map((name, index) => alike(index + 1, name));
    const changes = compareData(before, after);
    expect(changes.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      "added /0",
      ...[1, 2, 3, 4].map((place) => `renumbered /${place}/step_number`),
    ]);
  });

  it("that are equal but for their numbers keep their order", () => {
    const same = (number: number): object => step(number, ...router);
    expect(lines(compareData([same(3), same(4)], [same(7), same(8)]))).toEqual([
      "~ /0/step_number 3 -> 7",
      "~ /1/step_number 4 -> 8",
    ]);
  });

  it.each([
    ["texts of digits", "1", "2", "#"],
    ["a text of digits and a number", "1", 2, "~"],
    ["numbers that grew by more than the array", 1, 3, "~"],
    ["other values that come out right as numbers", null, true, "~"],
    ["texts that do so", "", "1", "~"],
    ["fractions", 1.5, 2.5, "~"],
  ])("that are counted by %s", (_, before, after, mark) => {
    const words = { title: "Restart the router", text: "Hold the button for ten seconds" };
    const changes = compareData(
      [{ ...words, step_number: before }],
      [close, { ...words, step_number: after }],
    );
    expect(lines(changes).slice(1)).toEqual([
      `${mark} /1/step_number ${JSON.stringify(before)} -> ${JSON.stringify(after)}`,
    ]);
  });

  it("that lost its first has one removal, and new numbers behind it", () => {
    const changes = compareData(three, [step(1, ...cable), step(2, ...provider)]);
    expect(changes[0]).toMatchObject({ path: "/0", kind: "removed", before: { title: "Restart router" } });
    expect(lines(changes.slice(1))).toEqual(["# /0/step_number 2 -> 1", "# /1/step_number 3 -> 2"]);
  });

  it("whose last went to the top shows one move, and new numbers", () => {
    const after = [step(1, ...provider), step(2, ...router), step(3, ...cable)];
    expect(lines(compareData(three, after))).toEqual([
      "> /0 2 -> 0",
      "# /0/step_number 3 -> 1",
      "# /1/step_number 1 -> 2",
      "# /2/step_number 2 -> 3",
    ]);
  });

  it("that were exchanged beside an edited one show the move, the numbers and the edit", () => {
    const edited = { ...step(3, ...provider), title: "Call the provider" };
    expect(lines(compareData(three, [step(1, ...cable), step(2, ...router), edited]))).toEqual([
      "> /0 1 -> 0",
      "# /0/step_number 2 -> 1",
      "# /1/step_number 1 -> 2",
      '~ /2/title "Call provider" -> "Call the provider"',
    ]);
  });

  it("of which one was edited shows the edited fields only", () => {
    const after = three.with(1, { ...three[1], title: "Check both cables", warnings: ["Do not pull"] });
    expect(lines(compareData(three, after))).toEqual([
      '~ /1/title "Check cable" -> "Check both cables"',
      '+ /1/warnings/0 "Do not pull"',
    ]);
  });

  it("of which one was edited and another inserted before it shows both", () => {
    const edited = { ...step(3, ...cable), title: "Check both cables" };
    const changes = compareData(three, [step(1, ...router), step(2, ...close), edited, step(4, ...provider)]);
    expect(changes[0]).toMatchObject({ path: "/1", kind: "added" });
    expect(lines(changes.slice(1))).toEqual([
      "# /2/step_number 2 -> 3",
      '~ /2/title "Check cable" -> "Check both cables"',
      "# /3/step_number 3 -> 4",
    ]);
  });

  it("of which one was replaced by another shows a removal and an addition", () => {
    const changes = compareData(
      three,
      three.with(1, { step_number: 2, title: "Something else", warnings: ["Careful"] }),
    );
    expect(changes.map(({ path, kind }) => [path, kind])).toEqual([
      ["/1", "removed"],
      ["/1", "added"],
    ]);
  });
});

describe("an array of objects with an identity", () => {
  it.each<[string, unknown[], unknown[], string[]]>([
    [
      "follows a name, though everything else is new",
      [
        { id: "a", text: "one" },
        { id: "b", text: "two" },
      ],
      [
        { id: "b", text: "three" },
        { id: "c", text: "one" },
        { id: "a", text: "four" },
      ],
      [
        '~ /0/text "two" -> "three"',
        '+ /1 {"id":"c","text":"one"}',
        "> /2 0 -> 2",
        '~ /2/text "one" -> "four"',
      ],
    ],
    [
      "never takes one name for another",
      [{ id: "a", text: "call the provider" }],
      [{ id: "b", text: "call the provider" }],
      ['- /0 {"id":"a","text":"call the provider"}', '+ /0 {"id":"b","text":"call the provider"}'],
    ],
    [
      "follows a number, though everything else is new",
      [{ id: 7, text: "one" }],
      [
        { id: 8, text: "zero" },
        { id: 7, text: "two" },
      ],
      ['+ /0 {"id":8,"text":"zero"}', '~ /1/text "one" -> "two"'],
    ],
    [
      "follows the content where numbers were counted anew",
      [
        { id: 1, text: "restart the router" },
        { id: 2, text: "check the cable" },
      ],
      [
        { id: 1, text: "close programs" },
        { id: 2, text: "restart the router" },
        { id: 3, text: "check the cable" },
      ],
      ['+ /0 {"id":1,"text":"close programs"}', "~ /1/id 1 -> 2", "~ /2/id 2 -> 3"],
    ],
    [
      "sees a corrected address under the same title",
      [
        { title: "Help pages", url: "http://a.example" },
        { title: "Contact", url: "http://b.example" },
      ],
      [
        { title: "Help pages", url: "https://a.example/help" },
        { title: "Contact", url: "http://b.example" },
      ],
      ['~ /0/url "http://a.example" -> "https://a.example/help"'],
    ],
    [
      "sees a new title for the same address",
      [{ title: "Help pages", url: "http://a.example" }],
      [{ title: "Manual", url: "http://a.example" }],
      ['~ /0/title "Help pages" -> "Manual"'],
    ],
    [
      "does not trust a name that two elements have",
      [
        { id: "a", text: "restart the router" },
        { id: "a", text: "check the cable" },
      ],
      [
        { id: "a", text: "check the cable now" },
        { id: "a", text: "restart the router now" },
      ],
      [
        "> /0 1 -> 0",
        '~ /0/text "check the cable" -> "check the cable now"',
        '~ /1/text "restart the router" -> "restart the router now"',
      ],
    ],
    [
      "compares what moved and changed in both ways",
      [
        { id: "a", n: 1 },
        { id: "b", n: 1 },
        { id: "c", n: 1 },
      ],
      [
        { id: "b", n: 1 },
        { id: "c", n: 1 },
        { id: "a", n: 2 },
      ],
      ["> /2 0 -> 2", "~ /2/n 1 -> 2"],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(lines(compareData(before, after))).toEqual(expected);
  });

  it("gives removed places of the old side and all others of the new one, at every level", () => {
    const before = [{ id: "x" }, { id: "a", list: ["p", "q"] }];
    const after = [{ id: "a", list: ["q", "r"] }];
    expect(lines(compareData(before, after))).toEqual([
      '- /0 {"id":"x"}',
      '- /1/list/0 "p"',
      '+ /0/list/1 "r"',
    ]);
  });
});

describe("a configured identity field", () => {
  const named = (code: unknown, text: string, more: object = {}): object => ({ code, text, ...more });

  it.each<[string, string[], unknown[], unknown[], string[]]>([
    [
      "is followed, though everything else is new",
      ["code"],
      [named("x", "one"), named("y", "two")],
      [named("y", "three"), named("z", "one"), named("x", "four")],
      [
        '~ /0/text "two" -> "three"',
        '+ /1 {"code":"z","text":"one"}',
        "> /2 0 -> 2",
        '~ /2/text "one" -> "four"',
      ],
    ],
    [
      "is trusted where it is a number, though the content says otherwise",
      ["code"],
      [named(1, "restart the router"), named(2, "check the cable")],
      [named(1, "check the cable"), named(2, "restart the router")],
      [
        '~ /0/text "restart the router" -> "check the cable"',
        '~ /1/text "check the cable" -> "restart the router"',
      ],
    ],
    [
      "comes before an id",
      ["code"],
      [named("x", "one", { id: "a" }), named("y", "two", { id: "b" })],
      [named("x", "three", { id: "b" }), named("y", "four", { id: "a" })],
      ['~ /0/text "one" -> "three"', '~ /0/id "a" -> "b"', '~ /1/text "two" -> "four"', '~ /1/id "b" -> "a"'],
    ],
    [
      "may be several, the first that an element has",
      ["code", "label"],
      [{ label: "x", text: "one" }, named("y", "two", { label: "x" })],
      [named("y", "three", { label: "w" }), { label: "x", text: "four" }],
      ["> /0 1 -> 0", '~ /0/text "two" -> "three"', '~ /0/label "x" -> "w"', '~ /1/text "one" -> "four"'],
    ],
    [
      "leaves the usual ones to elements without it",
      ["code"],
      [{ id: "a", text: "one" }],
      [{ id: "a", text: "two" }],
      ['~ /0/text "one" -> "two"'],
    ],
    [
      "makes step numbers names, if that is wanted",
      ["step_number"],
      [step(1, ...router), step(2, ...cable)].map((one) => ({ ...one, instructions: [] })),
      [step(1, ...cable), step(2, ...cable)].map((one) => ({ ...one, instructions: [] })),
      ['~ /0/title "Restart router" -> "Check cable"', `~ /0/description "${router[1]}" -> "${cable[1]}"`],
    ],
  ])("%s", (_, identityFields, before, after, expected) => {
    expect(lines(compareData(before, after, { identityFields }))).toEqual(expected);
  });

  it("takes no part in what has other fields", () => {
    const [before, after] = [[named("x", "restart the router")], [named("y", "restart the router")]];
    expect(lines(compareData(before, after))).toEqual(['~ /0/code "x" -> "y"']);
    expect(compareData(before, after, { identityFields: ["code"] }).map(({ kind }) => kind)).toEqual([
      "removed",
      "added",
    ]);
  });
});

describe("text without spaces between words", () => {
  it("is followed by its characters when it is edited beside an insertion", () => {
    expect(
      lines(
        compareData(
          ["请重新启动路由器并等待三分钟", "检查网线两端是否插好"],
          ["请先关闭所有程序", "请重新启动路由器，然后等待五分钟", "检查网线两端是否插好"],
        ),
      ),
    ).toEqual([
      '+ /0 "请先关闭所有程序"',
      '~ /1 "请重新启动路由器并等待三分钟" -> "请重新启动路由器，然后等待五分钟"',
    ]);
  });

  it("in steps leads to one addition when a step is inserted on top", () => {
    const steps = (...texts: string[]): object[] =>
      texts.map((text, index) => ({ step_number: index + 1, text }));
    expect(
      lines(
        compareData(
          steps("请重新启动路由器", "检查网线"),
          steps("关闭所有程序", "请重新启动路由器", "检查网线"),
        ),
      ),
    ).toEqual([
      '+ /0 {"step_number":1,"text":"关闭所有程序"}',
      "# /1/step_number 1 -> 2",
      "# /2/step_number 2 -> 3",
    ]);
  });
});

describe("likeness", () => {
  const words = (start: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `word${start + index}`);

  it("of long elements is seen in their first words", () => {
    const more = { deep: { deeper: true } };
    const before = [
      { text: words(0, 300), more },
      { text: words(1000, 300), more },
    ];
    const after = [
      { text: words(2000, 300) },
      { text: [...words(1000, 300), "end"], more },
      { text: [...words(0, 300), "end"], more },
    ];
    const changes = compareData(before, after);
    expect(changes.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      "added /0",
      "added /1/text/300",
      "moved /2",
      "added /2/text/300",
    ]);
  });

  it("in a crowd rests on the words that few have", () => {
    const crowd = Array.from({ length: 60 }, (_, index) => ({
      step_number: index + 1,
      text: `Press the button named ${index * 7 + 1000} and wait until the lamp is green`,
    }));
    const after = [
      { step_number: 1, text: "Take a seat" },
      ...crowd.map(({ step_number, text }) => ({ step_number: step_number + 1, text })),
    ];
    const changes = compareData(crowd, after);
    expect(changes[0]).toMatchObject({ path: "/0", kind: "added" });
    expect(changes.slice(1).map(({ path, kind }) => `${kind} ${path}`)).toEqual(
      crowd.map((_, index) => `renumbered /${index + 1}/step_number`),
    );
  });

  it("between equally alike elements goes by their places", () => {
    const pair = [
      { a: "restart the router", b: 1 },
      { a: "restart the router", b: 2 },
    ];
    expect(
      lines(
        compareData(
          pair,
          pair.map(({ a, b }) => ({ a, b: b + 10 })),
        ),
      ),
    ).toEqual(["~ /0/b 1 -> 11", "~ /1/b 2 -> 12"]);
  });
});

describe("an array of other things", () => {
  it.each<[string, unknown[], unknown[], string[]]>([
    [
      "arrays",
      [
        [1, 2],
        [3, 4],
      ],
      [
        [0, 0],
        [1, 2],
        [3, 4],
      ],
      ["+ /0 [0,0]"],
    ],
    ["arrays that were edited", [["a", "b", "c"]], [["a", "b", "x"]], ['~ /0/2 "c" -> "x"']],
    ["a scalar in place of an object", [{ a: 1 }], [1], ['- /0 {"a":1}', "+ /0 1"]],
    ["empty containers", [{}, []], [[], {}], ["> /0 1 -> 0"]],
    ["an empty object that was filled", [{}], [{ a: 1 }], ["- /0 {}", '+ /0 {"a":1}']],
  ])("follows %s", (_, before, after, expected) => {
    expect(lines(compareData(before, after))).toEqual(expected);
  });
});
