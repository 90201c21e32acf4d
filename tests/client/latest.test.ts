import assert from "node:assert/strict";
import { test } from "node:test";
import { Latest } from "../../client-vscode/src/core/latest";

/** A task whose runs end when the test says so. */
function controlled() {
  const ends: (() => void)[] = [];
  let active = 0;
  let most = 0;
  const latest = new Latest(async () => {
    active += 1;
    most = Math.max(most, active);
    await new Promise<void>((resolve) => ends.push(resolve));
    active -= 1;
  });
  return { latest, ends, most: () => most };
}

/** Let everything happen that can happen by now. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("requests during a run are answered by one further run", async () => {
  const { latest, ends, most } = controlled();
  const all = [latest.request(), latest.request(), latest.request()];
  assert.equal(ends.length, 1);
  ends[0]?.();
  await settle();
  assert.equal(ends.length, 2);
  ends[1]?.();
  await Promise.all(all);
  assert.equal(ends.length, 2);
  assert.equal(most(), 1);
});

test("a request is answered by a run that began after it", async () => {
  const { latest, ends } = controlled();
  latest.request();
  let answered = false;
  const second = latest.request().then(() => {
    answered = true;
  });
  ends[0]?.();
  await settle();
  assert.equal(answered, false);
  ends[1]?.();
  await second;
});

test("a request after the last run begins another", async () => {
  const { latest, ends } = controlled();
  const first = latest.request();
  ends[0]?.();
  await first;
  latest.request();
  assert.equal(ends.length, 2);
});

test("a run that fails tells who asked for it, and the next one begins", async () => {
  let runs = 0;
  const latest = new Latest(async () => {
    runs += 1;
    if (runs === 1) {
      throw new Error("first");
    }
  });
  const [first, second] = [latest.request(), latest.request()];
  await assert.rejects(first, /first/);
  await second;
  assert.equal(runs, 2);
});
