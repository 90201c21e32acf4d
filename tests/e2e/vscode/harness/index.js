// Runs inside of the extension host, where the packaged extension is installed beside this one.

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function until(what, probe, milliseconds = 240_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = await probe();
    if (value) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${milliseconds / 1000} s in vain: ${what}`);
    }
    await pause(50);
  }
}

const uriOf = (name) => vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, name);
const warnings = (uri) => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "refute");

async function open(name) {
  const document = await vscode.workspace.openTextDocument(uriOf(name));
  return vscode.window.showTextDocument(document);
}

/** Save with a change, since only what changed is checked. */
async function saveEdited(editor) {
  const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
  await editor.edit((edit) => edit.insert(end, "\n"));
  await editor.document.save();
}

async function replace(editor, old, text) {
  const start = editor.document.getText().indexOf(old);
  assert.notEqual(start, -1, `${old} is not in the document`);
  const range = new vscode.Range(editor.document.positionAt(start), editor.document.positionAt(start + old.length));
  await editor.edit((edit) => edit.replace(range, text));
}

function putCursor(editor, text) {
  const at = editor.document.positionAt(editor.document.getText().indexOf(text));
  editor.selection = new vscode.Selection(at, at);
}

/** With a model that has nothing to say. */
const silent = {
  async "the extension is activated"() {
    const extension = vscode.extensions.getExtension("refute.refute");
    const [began, used] = [performance.now(), process.cpuUsage()];
    await extension.activate();
    const { user, system } = process.cpuUsage(used);
    const [wall, processor] = [performance.now() - began, (user + system) / 1000].map(Math.round);
    console.log(`ok (activation took ${wall} ms, ${processor} ms of processor time of the whole extension host)`);
  },

  async "all commands of the palette are there"() {
    const known = new Set(await vscode.commands.getCommands());
    const { commands } = vscode.extensions.getExtension("refute.refute").packageJSON.contributes;
    assert.deepEqual(
      commands.map(({ command }) => command).filter((command) => !known.has(command)),
      [],
    );
  },

  async "a violation appears after a save, with its counterexample"() {
    const editor = await open("ages.py");
    await saveEdited(editor);
    const [first] = await until(
      "a diagnostic",
      () => warnings(editor.document.uri).length > 0 && warnings(editor.document.uri),
    );
    assert.match(first.message, /18/);
    assert.equal(first.severity, vscode.DiagnosticSeverity.Warning);
  },

  async "a lens above each function says how it stands"() {
    const { uri } = (await open("ages.py")).document;
    const titles = await until("lenses", async () => {
      const lenses = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", uri);
      const found = lenses.map(({ command }) => command?.title ?? "");
      return found.some((title) => /violated/.test(title)) && found;
    });
    assert.equal(titles.length, 2);
  },

  async "a hover tells domain and properties"() {
    const { uri } = (await open("ages.py")).document;
    const hovers = await vscode.commands.executeCommand("vscode.executeHoverProvider", uri, new vscode.Position(0, 6));
    const text = hovers.flatMap(({ contents }) => contents.map(({ value }) => value ?? "")).join("\n");
    assert.match(text, /age/);
    assert.match(text, /is_adult\(18\)/);
  },

  async "the inputs of a function can be asked for"() {
    const { uri } = (await open("ages.py")).document;
    const inputs = await vscode.commands.executeCommand("refute.inputs", { uri: uri.toString(), function: "is_adult" });
    assert.ok(inputs.calls > 100);
    assert.deepEqual(inputs.lines, [{ line: 9, calls: inputs.calls }]);
  },

  async "a counterexample is kept as a test by command"() {
    const editor = await open("ages.py");
    putCursor(editor, "age > 18");
    await vscode.commands.executeCommand("refute.keepCounterexample");
    const folder = uriOf("tests/refute").fsPath;
    const kept = fs.readdirSync(folder).filter((name) => name.endsWith(".py"));
    assert.equal(kept.length, 1);
    assert.match(fs.readFileSync(path.join(folder, kept[0]), "utf8"), /18/);
    fs.rmSync(folder, { recursive: true });
  },

  async "a property can be dismissed and restored by command"() {
    const editor = await open("ages.py");
    putCursor(editor, "age > 18");
    await vscode.commands.executeCommand("refute.dismissProperty");
    await until("no diagnostic", () => warnings(editor.document.uri).length === 0);
    await vscode.commands.executeCommand("refute.restoreProperty");
    await until("a diagnostic", () => warnings(editor.document.uri).length > 0);
  },

  async "the checked fix is offered first, and mends the function"() {
    const editor = await open("ages.py");
    const { document } = editor;
    const fix = await until("a fix", async () => {
      const [warning] = warnings(document.uri);
      const actions = await vscode.commands.executeCommand(
        "vscode.executeCodeActionProvider",
        document.uri,
        warning.range,
        vscode.CodeActionKind.QuickFix.value,
        5,
      );
      return actions.find(({ isPreferred, edit }) => isPreferred && edit);
    });
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    await document.save();
    await until("no diagnostic", () => warnings(document.uri).length === 0);
    assert.match(fs.readFileSync(document.uri.fsPath, "utf8"), /age >= 18/);
  },

  async "results of an edited function are marked, not removed"() {
    const editor = await open("ages.py");
    await replace(editor, "age >= 18", "age > 18");
    await editor.document.save();
    await until("a diagnostic", () => warnings(editor.document.uri).length > 0);
    await replace(editor, "age > 18", "age > 18 + 0");
    await until("outdated", () => warnings(editor.document.uri).some(({ message }) => /outdated/.test(message)));
    await replace(editor, "age > 18 + 0", "age >= 18");
    await editor.document.save();
    await until("no diagnostic", () => warnings(editor.document.uri).length === 0);
  },

  async "the server comes back after a crash"() {
    const editor = await open("ages.py");
    const pid = await until("a server", () => serverPid());
    process.kill(pid, "SIGKILL");
    await until("another server", () => serverPid() && serverPid() !== pid);
    await replace(editor, "age >= 18", "age > 18");
    await editor.document.save();
    await until("a diagnostic", () => warnings(editor.document.uri).length > 0);
  },
};

/** With two folders, the second of which is only checked by command. */
const folders = {
  async "each folder has its own settings"() {
    const [one, two] = vscode.workspace.workspaceFolders.map(({ uri }) => vscode.Uri.joinPath(uri, "ages.py"));
    await vscode.window.showTextDocument(two);
    await vscode.window.showTextDocument(one);
    await until("a diagnostic", () => warnings(one).length > 0);
    assert.deepEqual(warnings(two), []);
    await vscode.window.showTextDocument(two);
    await vscode.commands.executeCommand("refute.checkFile");
    await until("a diagnostic in the second folder", () => warnings(two).length > 0);
  },
};

/** With the default model. */
const real = {
  async "the model finds what no example shows"() {
    const editor = await open("words.py");
    const { uri } = editor.document;
    const told = () => warnings(uri).length > 0 || verdictInLens(uri);
    const verdict = await until("a verdict", told, 1_500_000);
    assert.ok(warnings(uri).length > 0, `the lens says: ${verdict}`);
    assert.equal(warnings(uri)[0].range.start.line, 0);
  },
};

/** What the first lens says, once that is a verdict. */
async function verdictInLens(uri) {
  const lenses = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", uri);
  const title = lenses[0]?.command?.title ?? "";
  return /violated|hold|not checked: /.test(title) && title;
}

/** The `refute serve` that this extension host started. */
function serverPid() {
  const children = fs.readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ");
  return children
    .map(Number)
    .find((pid) => fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes("serve"));
}

exports.run = async () => {
  const failed = [];
  const tests = { real, folders }[process.env.REFUTE_TESTS] ?? silent;
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      console.log(`ok ${name}`);
    } catch (error) {
      failed.push(name);
      console.log(`not ok ${name}\n${error.stack}`);
    }
  }
  if (failed.length > 0) {
    throw new Error(`failed: ${failed.join("; ")}`);
  }
};
