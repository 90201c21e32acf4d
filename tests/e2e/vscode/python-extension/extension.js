// The first of the environments in PYTHONS (a list like PATH) is selected; `python.setInterpreter` selects the next.

const path = require("node:path");
const vscode = require("vscode");

exports.activate = (context) => {
  const pythons = process.env.PYTHONS.split(path.delimiter);
  const changes = new vscode.EventEmitter();
  let selected = 0;
  const current = () => ({ id: pythons[selected], path: pythons[selected] });
  const select = () => {
    selected = (selected + 1) % pythons.length;
    changes.fire({ ...current(), resource: undefined });
  };
  context.subscriptions.push(vscode.commands.registerCommand("python.setInterpreter", select));
  return {
    ready: Promise.resolve(),
    environments: {
      getActiveEnvironmentPath: current,
      onDidChangeActiveEnvironmentPath: changes.event,
      resolveEnvironment: async (environment) => ({
        id: environment.id,
        path: environment.path,
        executable: { uri: vscode.Uri.file(environment.path) },
      }),
    },
  };
};
