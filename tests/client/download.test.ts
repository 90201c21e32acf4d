import assert from "node:assert/strict";
import { test } from "node:test";
import { findModel, percentOf, question, size } from "../../client-vscode/src/core/download";

const line = JSON.stringify({
  name: "qwen",
  path: "/cache/models/q.gguf",
  bytes: 1_117_320_768,
  present: false,
  default: true,
});

test("a model is found among the lines of the list", () => {
  assert.equal(findModel(`a warning\n${line}\n`, "qwen")?.path, "/cache/models/q.gguf");
  assert.equal(findModel(line, "other"), undefined);
});

test("progress is read line by line", () => {
  assert.equal(percentOf('{"received": 43, "total": 100}'), 43);
  assert.equal(percentOf('{"received": 101, "total": 100}'), 100);
});

test("lines that are no progress are none", () => {
  for (const other of ["Downloading ...", "{}", "[1, 2]", "3", '{"received": 1, "total": 0}']) {
    assert.equal(percentOf(other), undefined);
  }
});

test("the question names the size and the folder", () => {
  const model = findModel(line, "qwen");
  assert.ok(model);
  assert.match(question(model, false), /qwen \(1\.1 GB\) into \/cache\/models\?/);
  assert.match(question(model, true), /compiled/);
});

test("sizes are written for people", () => {
  assert.deepEqual([98_362_432, 1e9, 12].map(size), ["98 MB", "1.0 GB", "1 MB"]);
});
