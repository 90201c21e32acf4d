import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../../client-vscode/src/core/process";

const node = (script: string) => [process.execPath, "-e", script];

test("lines of both streams are told as they come", async () => {
  const lines: string[] = [];
  const script = "process.stdout.write('one\\r43 %\\rtwo\\n\\nrest'); process.stderr.write('oh\\n')";
  const { status } = await run(node(script), { onLine: (line) => lines.push(line) });
  assert.equal(status, 0);
  assert.deepEqual(lines.sort(), ["43 %", "oh", "one", "rest", "two"]);
});

test("the exit status is handed on", async () => {
  assert.equal((await run(node("process.exit(3)"))).status, 3);
});

test("a program that is not there has no status and says why", async () => {
  const { status, output } = await run(["/nonexistent/python"]);
  assert.equal(status, null);
  assert.match(output, /ENOENT/);
});

test("a program that is cancelled takes its children with it", async () => {
  const abort = new AbortController();
  const child =
    "require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {stdio: 'inherit'})";
  // The output closes only when the last of them has ended, so that waiting for it is the test.
  const script = `${child}; console.log('ready'); setInterval(() => {}, 1000)`;
  const { status } = await run(node(script), { signal: abort.signal, onLine: () => abort.abort() });
  assert.equal(status, null);
});

test("nothing is started once it is cancelled", async () => {
  assert.deepEqual(await run(["/nonexistent"], { signal: AbortSignal.abort() }), { status: null, output: "cancelled" });
});
