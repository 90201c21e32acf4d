import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Candidate,
  environmentFolder,
  explainFailure,
  installCommands,
  parseVersion,
  pythonForServer,
  refuteIn,
} from "../../client-vscode/src/core/environment";

const python = (path: string, version: Candidate["version"]): Candidate => ({ path, origin: "PATH", version });

test("the first Python that is new enough makes the environment", () => {
  const candidates = [
    python("/old", [3, 9]),
    python("/gone", undefined),
    python("/new", [3, 10]),
    python("/x", [3, 13]),
  ];
  assert.deepEqual(pythonForServer(candidates), { kind: "python", path: "/new" });
});

test("Python 4 would be new enough", () => {
  assert.equal(pythonForServer([python("/four", [4, 0])]).kind, "python");
});

test("where no Python will do, the reason names each that was seen and what to do", () => {
  const choice = pythonForServer([python("/old", [3, 8]), python("/gone", undefined)]);
  assert.equal(choice.kind, "none");
  assert.match(
    choice.kind === "none" ? choice.reason : "",
    /\/old \(PATH\) is 3\.8, \/gone \(PATH\) does not run.*Install/,
  );
});

test("a version is read off the output, whatever a shim prints beside it", () => {
  assert.deepEqual(parseVersion("warning: slow disk\n3.12\n"), [3, 12]);
  assert.equal(parseVersion("command not found"), undefined);
});

test("another wheel gets another environment", () => {
  assert.notEqual(environmentFolder("/s", "a".repeat(64)), environmentFolder("/s", "b".repeat(64)));
});

test("with uv nothing of pip is run, without it nothing of uv", () => {
  const programs = (uv: string | undefined) =>
    installCommands("/usr/bin/python3", uv, "/env", "/r.whl", "linux").map(([program]) => program);
  assert.deepEqual(programs("uv"), ["uv", "uv"]);
  assert.deepEqual(programs(undefined), ["/usr/bin/python3", "/env/bin/python"]);
});

test("the server's Python is found where each system puts it", () => {
  assert.match(refuteIn("/env", "linux")[0] ?? "", /bin.python$/);
  assert.match(refuteIn("/env", "win32")[0] ?? "", /Scripts.python\.exe$/);
});

for (const [output, expected] of [
  ["ERROR: Failed: NewConnectionError(...): [Errno -3] Temporary failure in name resolution", /cannot be reached/],
  ["error: Failed to fetch: `some index`\n  Caused by: dns error", /cannot be reached/],
  ["ERROR: No matching distribution found for click (from versions: none)\nERROR: No match", /cannot be reached/],
  ["The virtual environment was not created successfully because ensurepip is not available.", /python3-venv/],
  ["OSError: [Errno 28] No space left on device", /disk is full/],
  ["CMake Error: CMAKE_CXX_COMPILER not set", /C\+\+ compiler/],
  ["Collecting x\nERROR: something else", /^ERROR: something else$/],
  ["", /log/],
] as const) {
  test(`a failure is explained: ${output.slice(0, 40) || "no output"}`, () => {
    assert.match(explainFailure(output), expected);
  });
}
