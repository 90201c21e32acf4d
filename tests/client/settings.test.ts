import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, commandChoice, expand, forServer, type Variables } from "../../client-vscode/src/core/settings";

const variables: Variables = {
  workspaceFolder: "/work/shop",
  userHome: "/home/ada",
  environment: { CONDA_PREFIX: "/opt/conda" },
};

test("the narrowest scope that the user chose wins", () => {
  assert.equal(chosen({ globalValue: 1, workspaceValue: 2, workspaceFolderValue: 3 }), 3);
  assert.equal(chosen({ globalValue: 1, workspaceValue: 2 }), 2);
  assert.equal(chosen({ globalValue: false }), false);
});

test("what the user did not choose is not told, so that pyproject.toml decides", () => {
  assert.equal(chosen({}), undefined);
  assert.deepEqual(
    forServer(
      [
        ["examples", undefined],
        ["python", null],
        ["model", ""],
      ],
      variables,
    ),
    {},
  );
});

test("settings reach the server by their names in pyproject.toml", () => {
  assert.deepEqual(
    forServer(
      [
        ["gpuLayers", 0],
        ["idleUnloadSeconds", 5],
        ["cache", false],
      ],
      variables,
    ),
    {
      gpu_layers: 0,
      idle_unload_seconds: 5,
      cache: false,
    },
  );
});

test("what only this client reads stays here", () => {
  assert.deepEqual(
    forServer(
      [
        ["server.path", "x"],
        ["inlineValues", true],
        ["trace.server", "off"],
      ],
      variables,
    ),
    {},
  );
});

test("paths are filled in", () => {
  const settings = forServer(
    [
      ["python", "~/venv/bin/python"],
      ["model", "${workspaceFolder}/m.gguf"],
    ],
    variables,
  );
  assert.deepEqual(settings, { python: "/home/ada/venv/bin/python", model: "/work/shop/m.gguf" });
});

test("variables are filled in wherever they stand", () => {
  assert.equal(expand("${env:CONDA_PREFIX}/bin:${userHome}", variables), "/opt/conda/bin:/home/ada");
  assert.equal(expand("~", variables), "/home/ada");
});

test("what is not known stays as it is", () => {
  assert.equal(expand("${workspaceFolder}/x", { ...variables, workspaceFolder: undefined }), "${workspaceFolder}/x");
  assert.equal(expand("a~/b ~c ${what}", variables), "a~/b ~c ${what}");
});

test("without refute.server.path our own server is used", () => {
  for (const setting of [undefined, null, ""]) {
    assert.deepEqual(commandChoice(setting, variables), { kind: "own" });
  }
});

test("refute.server.path is a path or a list of words", () => {
  assert.deepEqual(commandChoice("~/bin/refute", variables), { kind: "configured", command: ["/home/ada/bin/refute"] });
  assert.deepEqual(commandChoice(["${env:CONDA_PREFIX}/bin/python", "-m", "refute.cli"], variables), {
    kind: "configured",
    command: ["/opt/conda/bin/python", "-m", "refute.cli"],
  });
});

test("a refute.server.path of another kind is told, not guessed at", () => {
  for (const setting of [[], [""], ["refute", 3], 7, {}]) {
    assert.equal(commandChoice(setting, variables).kind, "invalid");
  }
});
