import assert from "node:assert/strict";
import { test } from "node:test";
import { escaped, inputsPage, problemPage, summary } from "../../client-vscode/src/core/inputs";
import type { Inputs } from "../../client-vscode/src/core/protocol";

const INPUTS: Inputs = {
  function: "share",
  version: 3,
  domain: { parameters: { people: "integers()" }, precondition: "people >= 0" },
  calls: 4,
  distinct: 3,
  discarded: 2,
  reason: "the precondition people >= 0 excludes it",
  inputs: [
    { arguments: { people: "0" }, stated: true, result: null, exception: "ValueError: nobody" },
    { arguments: { people: "7" }, stated: false, result: "<b>", exception: null },
  ],
  shares: [
    { name: "people", label: "zero", count: 1 },
    { name: "", label: "raises ValueError", count: 1 },
  ],
  lines: [
    { line: 2, calls: 4 },
    { line: 3, calls: 0 },
  ],
};

function shown(inputs: Inputs, outdated = false): string {
  const source = ["def share(people):", "    if people < 0:", "        return 1"];
  return inputsPage({ inputs, source, outdated, refresh: "command:again", reveal: (line) => `command:line?${line}` });
}

test("the page begins with how many inputs there were", () => {
  assert.equal(
    summary(INPUTS),
    "4 inputs, 3 different. 2 more were drawn and discarded, the last one because the precondition people >= 0 excludes it.",
  );
  assert.equal(
    summary({ ...INPUTS, calls: 1, distinct: 1, discarded: 0 }),
    "1 input, all different. None was discarded.",
  );
});

test("where nothing was called, the page says why and no more", () => {
  const page = shown({ ...INPUTS, calls: 0, reason: "it needs the network" });
  assert.match(page, /Nothing was called: it needs the network\./);
  assert.doesNotMatch(page, /<table/);
});

test("parameters are shown with what was tried", () => {
  assert.match(shown(INPUTS), /people<\/code>.*integers\(\)<\/code>.*zero<\/span>.*1 \(25 %\)/);
});

test("lines that no input reached are told in words", () => {
  const page = shown(INPUTS);
  assert.match(page, /1 of 2 lines reached/);
  assert.match(page, /<td>3<\/td><td>never<\/td><td><a href="command:line\?2"><code> {8}return 1/);
});

test("each input stands with what came out of it", () => {
  const page = shown(INPUTS);
  assert.match(page, /The first 2 inputs/);
  assert.match(page, /<td><code>0<\/code><\/td><td>raises <code>ValueError: nobody<\/code> <span class="note">stated/);
});

test("what values hold is never taken for markup", () => {
  assert.match(shown(INPUTS), /&lt;b&gt;/);
  assert.equal(escaped(`<a href="'&">`), "&lt;a href=&quot;&#39;&amp;&quot;&gt;");
});

test("an edited function is marked", () => {
  assert.doesNotMatch(shown(INPUTS), /edited since/);
  assert.match(shown(INPUTS, true), /edited since/);
});

test("a problem is said with a way to try again", () => {
  assert.match(
    problemPage("share", "Refute is paused.", "command:again"),
    /Refute is paused\. <a href="command:again">/,
  );
});
