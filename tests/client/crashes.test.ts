import assert from "node:assert/strict";
import { test } from "node:test";
import { Crashes } from "../../client-vscode/src/core/crashes";

test("a server that ends now and then is started each time", () => {
  const crashes = new Crashes(2, 1000);
  assert.deepEqual(
    [0, 2000, 4000, 6000].map((time) => crashes.record(time)),
    ["restart", "restart", "restart", "restart"],
  );
});

test("a server that ends again and again is given up", () => {
  const crashes = new Crashes(2, 1000);
  assert.deepEqual(
    [0, 10, 20].map((time) => crashes.record(time)),
    ["restart", "restart", "give up"],
  );
});

test("a restart by the user begins anew", () => {
  const crashes = new Crashes(1, 1000);
  crashes.record(0);
  crashes.forget();
  assert.equal(crashes.record(1), "restart");
});
